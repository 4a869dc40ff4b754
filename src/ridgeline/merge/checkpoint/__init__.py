"""What a Hugging Face folder has beside tensors: configuration, tokenizer, adapters, a card."""
