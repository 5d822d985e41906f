"""How a folder of files becomes passages that answer a question."""
