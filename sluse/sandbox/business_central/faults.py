"""What can be made to go wrong, with what is Business Central's own: single operations of a batch."""

from dataclasses import dataclass

from sluse.sandbox import faults
from sluse.sandbox.business_central.operation import Operation, Reply
from sluse.sandbox.faults import Fault as Fault
from sluse.sandbox.faults import Kind as Kind
from sluse.sandbox.faults import from_json as from_json


@dataclass(slots=True, kw_only=True)
class Faults(faults.Faults):
    def take_for(self, *, tenant: str, operation: Operation, correlation_id: str) -> Reply | None:
        for fault in self.waiting:
            address = f"{operation.method} {operation.path}?{operation.query}"
            is_meant = fault.operation and fault.operation in address
            if is_meant and fault.matches(tenant=tenant, path="", body=str(operation.body)):
                fault.count -= 1
                text = f"{fault.message}  CorrelationId:  {correlation_id}."
                return Reply(status=fault.status, body={"error": {"code": fault.code, "message": text}})
        return None
