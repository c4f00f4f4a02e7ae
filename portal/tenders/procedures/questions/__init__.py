"""Questions from the market, and the notes of information that answer them."""
