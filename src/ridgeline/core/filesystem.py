"""What kind of file system a folder lies on."""

import os
import re
from pathlib import Path

# Where other hosts write too: no shared memory between them, and names and sizes are cached for seconds.
_NETWORK_TYPES = frozenset(
    [
        "9p",
        "acfs",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "coda",
        "daos",
        "davfs",
        "fhgfs",
        "fuse.beegfs",
        "fuse.ceph",
        "fuse.gcsfuse",
        "fuse.glusterfs",
        "fuse.goofys",
        "fuse.juicefs",
        "fuse.lustre",
        "fuse.mount-s3",
        "fuse.rclone",
        "fuse.s3fs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs3",
        "nfs4",
        "ocfs2",
        "orangefs",
        "panfs",
        "pvfs2",
        "pxfs",
        "quobyte",
        "smb2",
        "smb3",
        "smbfs",
        "vastnfs",
        "wekafs",
    ]
)
_OCTAL = re.compile(r"\\([0-7]{3})")


def is_on_network(folder: str | Path, mounts: str | Path = "/proc/self/mountinfo") -> bool:
    """Say whether `folder`, which need not be there yet, lies on a file system shared by several hosts.

    Unknown, and so False, where the system has no `mounts` file.
    """
    try:
        lines = Path(mounts).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    target = os.path.realpath(folder)
    best, kind = "", ""
    for line in lines:
        # "36 35 98:0 /root /mount/point options … - type source …", with blanks in names as \040
        left, _, right = line.partition(" - ")
        fields, rest = left.split(" "), right.split(" ")
        if len(fields) < 5:
            continue
        mount = _OCTAL.sub(lambda match: chr(int(match[1], 8)), fields[4])
        inside = target == mount or target.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):  # the later of two mounts on one point hides the earlier
            best, kind = mount, rest[0]
    return kind in _NETWORK_TYPES
