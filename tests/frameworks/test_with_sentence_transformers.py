from needed import need

need("torch", "transformers", "datasets", "sentence_transformers")

import torch
from datasets import Dataset
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
    losses,
    models,
)
from sentence_transformers.evaluation import EmbeddingSimilarityEvaluator
from tokenizers import Tokenizer, pre_tokenizers
from tokenizers import models as token_models
from transformers import BertConfig, BertModel, PreTrainedTokenizerFast, TrainerCallback

from ridgeline import Repo
from ridgeline.integrations.sentence_transformers import RidgelineCallback
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

WORDS = ["[PAD]", "[UNK]", "the", "cat", "dog", "sat"]
LEFT, RIGHT = ["the cat", "the dog", "cat sat", "dog"], ["cat", "dog sat", "the cat sat", "the cat"]


class Failing(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == 2:
            raise TrainingFailed


def tiny_model(folder):
    words = Tokenizer(
        token_models.WordLevel({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]")
    )
    words.pre_tokenizer = pre_tokenizers.Whitespace()
    path = str(folder / "bert")
    PreTrainedTokenizerFast(tokenizer_object=words, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(
        path
    )
    torch.manual_seed(0)
    BertModel(
        BertConfig(
            vocab_size=len(WORDS),
            hidden_size=8,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=8,
            max_position_embeddings=16,
        )
    ).save_pretrained(path)
    transformer = models.Transformer(path, max_seq_length=8)
    return SentenceTransformer(modules=[transformer, models.Pooling(8)], device="cpu")


class TestSentenceTransformers(IntegrationSuite):
    module = "ridgeline.integrations.sentence_transformers"
    framework = "sentence_transformers"
    context = {"subset": "train"}
    params = {
        "hparams.learning_rate": 0.01,
        "model.modules": ["Transformer", "Pooling"],
        "model.dimension": 8,
    }

    def train(self, run, repo, *, failing):
        callback = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        model = tiny_model(repo)
        data = Dataset.from_dict({"a": LEFT, "b": RIGHT, "score": [1.0, 0.0, 1.0, 0.0]})
        SentenceTransformerTrainer(
            model,
            SentenceTransformerTrainingArguments(
                output_dir=str(repo / "out"),
                max_steps=4,
                per_device_train_batch_size=2,
                logging_steps=1,
                eval_strategy="steps",
                eval_steps=2,
                save_strategy="no",
                report_to=[],
                use_cpu=True,
                disable_tqdm=True,
                learning_rate=0.01,
            ),
            train_dataset=data,
            eval_dataset=data,
            loss=losses.CosineSimilarityLoss(model),
            evaluator=EmbeddingSimilarityEvaluator(LEFT, RIGHT, [1.0, 0.0, 1.0, 0.0], name="sts"),
            callbacks=[callback, *([Failing()] if failing else [])],
        ).train()

    def test_what_the_evaluator_measures_is_there(self, tmp_path):
        self.train(None, tmp_path, failing=False)
        (view,) = Repo(tmp_path).runs()
        names = {metric.name for metric in view.metrics if metric.context == {"subset": "eval"}}
        assert {"loss", "sts_spearman_cosine"} <= names
