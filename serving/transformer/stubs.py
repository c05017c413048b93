"""The protocol's generated classes that kserve brings."""

from kserve.protocol.grpc import grpc_predict_v2_pb2, grpc_predict_v2_pb2_grpc

from serving.triton_stubs import Stubs

KSERVE_STUBS = Stubs(
    request=grpc_predict_v2_pb2.ModelInferRequest,
    service=grpc_predict_v2_pb2_grpc.GRPCInferenceServiceStub,
)
