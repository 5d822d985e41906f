"""The children's side: recorder, transcriber, index, reader."""
