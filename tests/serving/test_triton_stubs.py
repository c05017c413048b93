"""tritonclient's generated classes and kserve's in one process."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOTH = """
import kserve
from kserve.protocol.grpc.grpc_predict_v2_pb2 import ModelInferRequest
from serving.triton_stubs import infer_request, tritonclient_stubs

sent = infer_request(tritonclient_stubs(), [b"{}"], "42").SerializeToString()
read = ModelInferRequest.FromString(sent)
print(read.model_name, read.id, read.inputs[0].name, read.raw_input_contents[0][4:].decode())
"""


def test_one_process_holds_both_and_each_reads_what_the_other_wrote() -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOTH],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.stderr, done.stdout) == ("", "item_embedding 42 item {}\n")
