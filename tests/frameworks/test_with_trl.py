from needed import need

need("torch", "transformers", "datasets", "trl")

import torch
from datasets import Dataset
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast, TrainerCallback
from trl import SFTConfig, SFTTrainer

from ridgeline.integrations.trl import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

WORDS = ["[PAD]", "[EOS]", "the", "cat", "sat"]


class Failing(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == 2:
            raise TrainingFailed


def tokenizer():
    words = Tokenizer(
        models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[PAD]")
    )
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", eos_token="[EOS]")


class TestTrl(IntegrationSuite):
    module = "ridgeline.integrations.trl"
    framework = "trl"
    context = {"subset": "train"}
    params = {"hparams.learning_rate": 0.01, "model.n_embd": 8}

    def train(self, run, repo, *, failing):
        torch.manual_seed(0)
        callback = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        SFTTrainer(
            GPT2LMHeadModel(GPT2Config(vocab_size=len(WORDS), n_embd=8, n_layer=1, n_head=2, n_positions=16)),
            args=SFTConfig(
                output_dir=str(repo / "out"),
                max_steps=4,
                per_device_train_batch_size=2,
                logging_steps=1,
                save_strategy="no",
                report_to=[],
                use_cpu=True,
                bf16=False,
                disable_tqdm=True,
                learning_rate=0.01,
                max_length=8,
            ),
            train_dataset=Dataset.from_dict({"text": ["the cat sat"] * 8}),
            processing_class=tokenizer(),
            callbacks=[callback, *([Failing()] if failing else [])],
        ).train()
