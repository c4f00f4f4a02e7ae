"""The walk through the whole portal in a browser, as each of its people: one module per step."""
