"""Which fine-tuned model is the best base for further fine-tuning (intertraining)?

`effects` takes gains over the pretrained model apart into effects of base and target, `choice` says what choosing by other tasks
or by a cheap probe costs.
"""
