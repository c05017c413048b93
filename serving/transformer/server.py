"""KServe's model server with the faults of its two front ends mended.

As it comes, it is ready whatever its predictor does, lets any caller unload its model, takes bytes
that are no request for a fault of its own, and forgets its model before it has ended.
"""

import asyncio
import logging
import signal
import struct
import time
from collections.abc import Mapping

from kserve import InferRequest, InferResponse, ModelRepository, ModelServer
from kserve.errors import InferenceError
from kserve.protocol.dataplane import DataPlane
from kserve.protocol.model_repository_extension import ModelRepositoryExtension
from kserve.protocol.rest.server import _RefreshingServer

from serving.drain import DrainingServer
from serving.errors import MalformedBody, MethodNotAllowed, NotFound, ServiceError
from serving.metrics import Metrics
from serving.transformer.model import ItemEmbedding
from serving.transformer.refusal import Refusal

GRPC_ROUTE = "/inference.GRPCInferenceService/ModelInfer"

# What KServe's decoding of V2 raises for bytes that are no request.
_NOT_A_REQUEST = (InferenceError, ValueError, KeyError, TypeError, AttributeError, struct.error)

log = logging.getLogger("serving.access")

Answer = tuple[dict[str, object] | InferResponse, dict[str, str]]


class TransformerServer(ModelServer):  # type: ignore[misc]  # kserve carries no types
    """Serves one model until it is told to stop, drains, and ends what is under way.

    Args:
        model: the only one there is.
        metrics: is told of gRPC's requests; HTTP's are measured by `edge.py`.
        drain_s: how long requests are taken after the signal, while readiness is refused.
        grace_s: how long requests under way may then take to end.
    """

    def __init__(
        self, model: ItemEmbedding, metrics: Metrics, *, drain_s: float, grace_s: int
    ) -> None:
        registry = ModelRepository()
        super().__init__(
            workers=1,
            registered_models=registry,
            enable_latency_logging=False,
            grace_period=grace_s,
        )
        self._model = model
        self._drain_s = drain_s
        self.dataplane = CheckedDataPlane(registry, model, metrics)
        self.model_repository_extension = FixedModels(registry)

    def register_signal_handler(self) -> None:
        """KServe calls it once its servers are made and before they run."""
        super().register_signal_handler()
        self._rest_server._server = DrainingHttp(
            self._rest_server.config, drain_s=self._drain_s, on_drain=self._model.stop
        )

    def stop(self, sig: int) -> None:
        """What a signal comes to that uvicorn did not take, or passes on at its end."""
        self._model.stop()
        self._rest_server._server.should_exit = True

    async def _serve(self) -> None:
        """Run the servers; when one has ended, by the signal or a fault, so does the other."""
        servers = [asyncio.ensure_future(server) for server in self.servers]
        await asyncio.wait(servers, return_when=asyncio.FIRST_COMPLETED)
        self.stop(signal.SIGTERM)
        if self._grpc_server is not None:
            await self._grpc_server.stop()
        await asyncio.gather(*servers)
        await self._model.close()


class DrainingHttp(DrainingServer, _RefreshingServer):  # type: ignore[misc]  # as above
    """KServe's HTTP server, which reads renewed certificates, with our end."""


class CheckedDataPlane(DataPlane):  # type: ignore[misc]  # kserve carries no types
    """What stands between KServe's two servers and the model."""

    def __init__(
        self, model_registry: ModelRepository, model: ItemEmbedding, metrics: Metrics
    ) -> None:
        super().__init__(model_registry)
        self._model = model
        self._metrics = metrics

    async def ready(self) -> bool:
        """Whether an item would get a vector now; the log says why not."""
        if not self._model.ready:
            return False
        try:
            await self._model.check()
        except ServiceError as error:
            log.warning("not ready: %s", error.detail)
            return False
        return True

    async def model_ready(
        self, model_name: str, disable_predictor_health_check: bool = False
    ) -> bool:
        """Whether the model is ready; a request that is answered anyway asks only for its name.

        Raises:
            Refusal: another name.
        """
        self.get_model_from_registry(model_name)
        return True if disable_predictor_health_check else await self.ready()

    def get_model_from_registry(self, name: str) -> ItemEmbedding:
        """The model, by its name.

        Raises:
            Refusal: another name.
        """
        if name != self._model.name:
            detail = f"model_name: expected {self._model.name}, got {name[:200]!r}"
            raise Refusal(NotFound(detail, field="model_name", got=name))
        return self._model

    async def get_model(self, name: str) -> ItemEmbedding:
        """The model, by its name, as `get_model_from_registry` gives it."""
        return self.get_model_from_registry(name)

    def decode(
        self,
        body: object,
        headers: Mapping[str, str],
        protocol_version: str = "v1",
        model_name: str | None = None,
    ) -> tuple[object, dict[str, object]]:
        """The request in a body of HTTP.

        Raises:
            Refusal: there is none in it.
        """
        try:
            request: tuple[object, dict[str, object]] = super().decode(
                body, headers, protocol_version, model_name
            )
        except _NOT_A_REQUEST as error:
            kind = protocol_version.upper()
            detail = f"body: expected a request of {kind}, got other: {error or repr(error)}"
            raise Refusal(MalformedBody(detail[:500], field="body")) from error
        return request

    async def infer(
        self, model_name: str, request: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """The model's answer; a request over gRPC is measured and noted as HTTP's are.

        Raises:
            Refusal: there is none.
        """
        if not (isinstance(request, InferRequest) and request.from_grpc):
            return await self._infer(model_name, request, headers)
        started, outcome = time.perf_counter(), "cancelled"
        try:
            with self._metrics.in_flight():
                answer = await self._infer(model_name, request, headers)
            outcome = "200"
            return answer
        except Refusal as refusal:
            outcome = refusal.error.kind
            raise
        finally:
            self._note(outcome, time.perf_counter() - started, request, headers or {})

    async def explain(
        self, model_name: str, request: object, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Raises: Refusal, always."""
        raise Refusal(MethodNotAllowed("explain", "predict, infer"))

    async def _infer(
        self, model_name: str, request: object, headers: Mapping[str, str] | None
    ) -> Answer:
        try:
            answer: Answer = await super().infer(model_name, request, headers)
        except Refusal:
            raise
        except Exception as error:
            log.exception("a request failed by a fault of ours")
            raise Refusal(ServiceError("an unexpected fault; the log has it")) from error
        return answer

    def _note(
        self, outcome: str, seconds: float, request: InferRequest, headers: Mapping[str, str]
    ) -> None:
        self._metrics.observe_request("POST", GRPC_ROUTE, outcome, seconds)
        fields = {"path": GRPC_ROUTE, "outcome": outcome, "milliseconds": seconds * 1e3}
        request_id = headers.get("x-request-id") or request.id
        log.info("answered", extra={"request_id": request_id, "method": "POST", **fields})


class FixedModels(ModelRepositoryExtension):  # type: ignore[misc]  # kserve carries no types
    """The routes by which any caller could take the model away."""

    async def load(self, model_name: str) -> None:
        """Raises: Refusal, always."""
        raise _fixed()

    async def unload(self, model_name: str) -> None:
        """Raises: Refusal, always."""
        raise _fixed()


def _fixed() -> Refusal:
    return Refusal(MethodNotAllowed("load or unload", "infer"))
