"""TRL: record what its trainers log, rewards and all; they are Trainers of transformers.

from ridgeline.integrations.trl import RidgelineCallback

trainer = SFTTrainer(model, args=args, train_dataset=train, callbacks=[RidgelineCallback(experiment="sft")])
trainer.train()
"""

from ridgeline.integrations.transformers import RidgelineCallback

__all__ = ["RidgelineCallback"]
