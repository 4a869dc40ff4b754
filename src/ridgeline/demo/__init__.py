"""A real sweep in two minutes: 240 models trained on English, judged in 18 languages."""
