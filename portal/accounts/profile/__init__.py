"""What a person says about themselves: name, address, language and how mail comes."""
