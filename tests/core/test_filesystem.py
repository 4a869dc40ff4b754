import pytest

from ridgeline.core.filesystem import is_on_network

MOUNTS = """\
22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 22 0:25 / /proc rw,nosuid - proc proc rw
31 22 0:40 / /home rw,relatime shared:9 master:2 - nfs4 server:/home rw,vers=4.2
32 31 0:41 / /home/me/local rw - xfs /dev/sdb rw
33 22 0:42 / /mnt/with\\040blank rw - lustre mds@tcp:/fs rw
34 22 0:43 / /mnt/twice rw - nfs server:/a rw
35 22 0:44 / /mnt/twice rw - tmpfs tmpfs rw
36 22 0:45 / /mnt/ssh rw - fuse.sshfs host:/ rw
short line
"""


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("/", False),
        ("/data/x", False),
        ("/home", True),
        ("/home/me/project/.ridgeline", True),
        ("/homely", False),
        ("/home/me/local/x", False),
        ("/mnt/with blank/x", True),
        ("/mnt/twice/x", False),
        ("/mnt/ssh", True),
    ],
)
def test_the_innermost_and_latest_mount_decides(tmp_path, folder, expected):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS)
    assert is_on_network(folder, mounts) is expected


def test_a_link_is_followed(tmp_path):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"1 1 0:1 / / rw - ext4 a rw\n2 1 0:2 / {tmp_path}/far rw - nfs b rw\n")
    (tmp_path / "far").mkdir()
    (tmp_path / "near").symlink_to(tmp_path / "far")
    assert is_on_network(tmp_path / "near" / "x", mounts)


def test_unknown_is_local(tmp_path):
    assert not is_on_network(tmp_path, tmp_path / "nope")
    assert not is_on_network(tmp_path)


def test_without_a_list_of_mounts_everything_is_local(tmp_path):
    assert not is_on_network(tmp_path, tmp_path / "nothing")
