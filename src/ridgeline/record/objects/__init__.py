"""Values of `Run.track` that are not numbers, one kind a file."""

from ridgeline.record.objects.audio import Audio
from ridgeline.record.objects.distribution import Distribution
from ridgeline.record.objects.figure import Figure
from ridgeline.record.objects.image import Image
from ridgeline.record.objects.table import Table
from ridgeline.record.objects.text import Text

__all__ = ["Audio", "Distribution", "Figure", "Image", "Table", "Text"]
