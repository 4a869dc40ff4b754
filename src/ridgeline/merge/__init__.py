"""Several models into one: streamed from the disk, the same bytes every time.

from ridgeline.merge import merge
merge(["ft-a", "ft-b"], "merged", method="ties", base="base", parameters={"density": 0.2})
"""

from ridgeline.merge.api import merge as merge
from ridgeline.merge.options import Options as Options
from ridgeline.merge.run import Merged as Merged
from ridgeline.merge.verification import verify as verify

__all__ = ["Merged", "Options", "merge", "verify"]
