"""Gates: what passes a plant's gate, sent by its gate system over the API, signed, once."""
