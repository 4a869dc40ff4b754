"""`SummaryWriter` as PyTorch and tensorboardX have it, recording into Ridgeline.

    from ridgeline.compat.tensorboard import SummaryWriter

    with SummaryWriter("runs/pos") as writer:
        writer.add_scalar("Loss/train", loss, step)

A writer is a run, named by the last part of its folder. Tags stay whole, as names of metrics. `flush`, `close` and `with`
end and begin as they do there: what is added after `close` goes into the same run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

import numpy as np

from ridgeline.compat.arrays import channels_last, to_array
from ridgeline.compat.notice import refuse, say_once
from ridgeline.record.describe import describe
from ridgeline.record.objects import Audio, Distribution, Figure, Image, Text
from ridgeline.record.objects.distribution import MAX_BINS
from ridgeline.record.run import Run

__all__ = ["SummaryWriter"]

_DEFAULT_BINS = 64


class SummaryWriter:
    """Record what a script writes for TensorBoard.

    Args:
        log_dir: names the run by its last part, and stands in its params; nothing is written there.
        comment: added to the name when there is no log_dir.
        purge_step, max_queue, flush_secs, filename_suffix: taken, and of no effect: what is recorded is on disk in a second.
        run: your own run to record into, which `close` leaves open. Not part of TensorBoard's.
    """

    def __init__(
        self,
        log_dir: str | Path | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = 10,
        flush_secs: int = 120,
        filename_suffix: str = "",
        *,
        run: Run | None = None,
        **_more: Any,
    ) -> None:
        if purge_step is not None:
            refuse(
                "purge_step", "Open the run again with ridgeline.Run(run_id=…): what follows has later steps."
            )
        self._given = run
        self.log_dir = str(log_dir) if log_dir is not None else comment
        name = Path(self.log_dir).name if self.log_dir else None
        params = {"tensorboard": {"log_dir": self.log_dir}} if self.log_dir else {}
        self._run = run or Run(name=name, params=params)

    @property
    def run(self) -> Run:
        """The run, opened again after `close`."""
        if self._given is None and self._run.status != "running":
            self._run = Run(repo=self._run.repo, run_id=self._run.id, capture=False)
        return self._run

    def get_logdir(self) -> str:
        return self.log_dir

    def add_scalar(
        self,
        tag: str,
        scalar_value: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        self._track(tag, to_array(scalar_value).item(), global_step, walltime)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, Any],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Record scalars of one tag, told apart by the context {"scalar": key}."""
        for key, value in tag_scalar_dict.items():
            self._track(main_tag, to_array(value).item(), global_step, walltime, {"scalar": key})

    def add_histogram(
        self,
        tag: str,
        values: Any,
        global_step: int | None = None,
        bins: str | int | Sequence[float] = "tensorflow",
        walltime: float | None = None,
        max_bins: int | None = None,
    ) -> None:
        """Record a distribution; of TensorFlow's own 1,500 bins, of which most are empty, 64 of equal width are made."""
        array = to_array(values).ravel()
        if isinstance(bins, str) and bins == "tensorflow":
            found = Distribution(array, bins=max_bins or _DEFAULT_BINS)
        else:
            counts, edges = np.histogram(array, bins=bins)
            found = Distribution(histogram=(counts.tolist(), edges.tolist()))
        self._track(tag, found, global_step, walltime)

    def add_histogram_raw(
        self,
        tag: str,
        min: float,
        max: float,
        num: int,
        sum: float,
        sum_squares: float,
        bucket_limits: Sequence[float],
        bucket_counts: Sequence[float],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Record counts by bucket; a bucket begins where the one before ends, the first at `min`, the last ends at `max`."""
        limits = [float(limit) for limit in bucket_limits][:MAX_BINS]
        first = float(min) if limits and float(min) < limits[0] else limits[0] - 1.0
        if len(limits) > 1 and limits[-2] < float(max) < limits[-1]:
            limits[-1] = float(max)
        counts = list(bucket_counts)[: len(limits)]
        self._track(tag, Distribution(histogram=(counts, [first, *limits])), global_step, walltime)

    def add_image(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "CHW",
    ) -> None:
        self._track(tag, Image(channels_last(to_array(img_tensor), dataformats)), global_step, walltime)

    def add_images(
        self,
        tag: str,
        img_tensor: Any,
        global_step: int | None = None,
        walltime: float | None = None,
        dataformats: str = "NCHW",
    ) -> None:
        """Record the images of a batch as the objects of one step."""
        batch = channels_last(to_array(img_tensor), dataformats)
        self._track(tag, [Image(image) for image in batch], global_step, walltime)

    def add_figure(
        self,
        tag: str,
        figure: Any,
        global_step: int | None = None,
        close: bool = True,
        walltime: float | None = None,
    ) -> None:
        """Record matplotlib figures, and close them as TensorBoard does."""
        figures = list(figure) if isinstance(figure, list | tuple) else [figure]
        self._track(tag, [Figure(one) for one in figures], global_step, walltime)
        if close:
            import matplotlib.pyplot as plt

            for one in figures:
                plt.close(one)

    def add_text(
        self, tag: str, text_string: str, global_step: int | None = None, walltime: float | None = None
    ) -> None:
        self._track(tag, Text(text_string), global_step, walltime)

    def add_audio(
        self,
        tag: str,
        snd_tensor: Any,
        global_step: int | None = None,
        sample_rate: int = 44100,
        walltime: float | None = None,
    ) -> None:
        """Record samples in [-1, 1] of shape n, 1 × n or channels × n."""
        samples = to_array(snd_tensor).astype(float)
        samples = samples.T if samples.ndim == 2 and samples.shape[0] < samples.shape[1] else samples
        self._track(tag, Audio(samples, rate=sample_rate), global_step, walltime)

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, Any],
        hparam_domain_discrete: Mapping[str, Any] | None = None,
        run_name: str | None = None,
        global_step: int | None = None,
    ) -> None:
        """Record params under `hparams`, and the metrics of the run that has them."""
        self.run["hparams"] = describe(dict(hparam_dict))
        for tag, value in metric_dict.items():
            self._track(tag, to_array(value).item(), global_step, None)

    def add_graph(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing, and say so once: there is no page that draws the graph of a model."""
        say_once('add_graph records nothing: no page draws it. Keep it as text: run["model"] = str(model).')

    def add_custom_scalars(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing, and say so once: how scalars share charts is chosen on the page."""
        say_once(
            "add_custom_scalars records nothing: which metrics share a chart is chosen on the Metrics page."
        )

    add_custom_scalars_multilinechart = add_custom_scalars
    add_custom_scalars_marginchart = add_custom_scalars

    def add_video(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse("add_video", 'Log the file: writer.run.log_artifact("video.mp4").')

    def add_embedding(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse(
            "add_embedding", "Track a projection as a picture: writer.run.track(ridgeline.Figure(figure), …)."
        )

    def add_mesh(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse("add_mesh", 'Log the file: writer.run.log_artifact("mesh.ply").')

    def add_pr_curve(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse("add_pr_curve", "Track it as a chart: writer.run.track(ridgeline.Figure(figure), …).")

    add_pr_curve_raw = add_pr_curve

    def add_image_with_boxes(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse("add_image_with_boxes", "Draw the boxes with matplotlib and give the figure to add_figure.")

    def add_onnx_graph(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        refuse("add_onnx_graph", 'Log the file: writer.run.log_artifact("model.onnx").')

    def flush(self) -> None:
        self._run.flush()

    def close(self) -> None:
        if self._given is None:
            self._run.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._given is None:
            self._run.__exit__(kind, error, trace)

    def _track(
        self,
        tag: str,
        value: Any,
        step: Any,
        walltime: float | None,
        context: Mapping[str, str] | None = None,
    ) -> None:
        if walltime is not None:
            refuse(
                "walltime=",
                "A point has the time of its call; ridgeline sync tensorboard takes over event files with their own times.",
            )
        at = None if step is None else int(to_array(step).item())
        self.run.track(value, name=tag, step=at, context=context)
