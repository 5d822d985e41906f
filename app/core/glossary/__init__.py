"""Clinical words looked up exactly, with honest suggestions."""
