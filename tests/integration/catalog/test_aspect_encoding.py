"""Claims about how aspects become JSON: as DataHub's own classes do it, and nothing else."""

from typing import Any

import pytest
from datahub.metadata import schema_classes as dh

from catalog.aspects.aspect import aspect
from catalog.aspects.encoding import NotAllowed, encoded
from lineage.errors import Fault


def schema(**more: Any) -> Any:
    number: Any = dh.NumberTypeClass
    kind = dh.SchemaFieldDataTypeClass(type=number())
    field = dh.SchemaFieldClass(fieldPath="x", type=kind, nativeDataType="int", nullable=True)
    stated = {
        "schemaName": "t",
        "platform": "urn:li:dataPlatform:hive",
        "version": 0,
        "hash": "",
        "platformSchema": dh.OtherSchemaClass(rawSchema=""),
        "fields": [field],
    }
    return dh.SchemaMetadataClass(**{**stated, **more})


def values() -> list[Any]:
    """Records within records, unions of records, enums, maps, series in time, and what is left out."""
    stamp = dh.AuditStampClass(time=1, actor="urn:li:corpuser:x")
    result = dh.DataProcessInstanceRunResultClass(type="SUCCESS", nativeResultType="dbt")
    source = dh.OwnershipSourceClass(type=dh.OwnershipSourceTypeClass.SERVICE)
    owner = dh.OwnerClass(owner="urn:li:corpuser:x", type=dh.OwnershipTypeClass.DEVELOPER, source=source)
    return [
        schema(),
        dh.DatasetPropertiesClass(name="t", customProperties={"a": "b"}, description=None),
        dh.DataProcessInstancePropertiesClass(name="r", created=stamp, customProperties={}),
        dh.DataProcessInstanceRunEventClass(timestampMillis=1, status="COMPLETE", result=result),
        dh.DataProcessInstanceRunEventClass(timestampMillis=1, status="STARTED", result=None),
        dh.OwnershipClass(owners=[owner]),
        dh.DataJobInfoClass(name="j", type="JOB", flowUrn=None, customProperties={"k": "v"}),
    ]


def test_the_json_is_that_of_datahubs_classes() -> None:
    """Whatever a value holds, the quick way and DataHub's own give the same."""
    for value in values():
        assert value.validate() and encoded(value) == value.to_obj()


def test_what_datahub_forbids_is_refused() -> None:
    """A wrong type anywhere is found by both, and is a fault that names aspect and entity."""
    for odd in (schema(schemaName=7), schema(version="new"), schema(fields=[None])):
        assert not odd.validate()
        with pytest.raises(NotAllowed):
            encoded(odd)
        with pytest.raises(Fault, match="schemaMetadata of urn:x is not what DataHub allows"):
            aspect("urn:x", odd)
