"""What a client asks of encryption keys, as checked values.

Source: Confluent's DEK registry; `InvalidKey` names the member at fault.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from dataclasses import dataclass, field
from enum import StrEnum

from registry.key_errors import InvalidKey
from registry.service.names import SubjectName

__all__ = ["Algorithm", "DekRequest", "KekRequest", "KekUpdate", "kek_name"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,255}", re.ASCII)
_LONGEST_TEXT = 4096
_LONGEST_MATERIAL = 8192

# How each kind of KMS writes the id of a key; other kinds write what they like.
_KEY_IDS = {
    "aws-kms": re.compile(r"arn:aws[a-z-]*:kms:"),
    "azure-kms": re.compile(r"https://"),
    "gcp-kms": re.compile(r"projects/"),
    "hcvault": re.compile(r"https?://"),
}


class Algorithm(StrEnum):
    """What a data key encrypts with; the last one is deterministic."""

    AES128_GCM = "AES128_GCM"
    AES256_GCM = "AES256_GCM"
    AES256_SIV = "AES256_SIV"


@dataclass(frozen=True, slots=True, kw_only=True)
class KekRequest:
    """A KEK to create; ``deleted`` brings one that is deleted elsewhere."""

    name: str
    kms_type: str
    kms_key_id: str
    kms_props: dict[str, str] | None = field(default=None, repr=False)
    doc: str | None = None
    shared: bool = False
    deleted: bool = False

    def validate(self) -> None:
        """Raise `InvalidKey` for a member that can't be."""
        kek_name(self.name)
        _text("kmsType", self.kms_type)
        _text("kmsKeyId", self.kms_key_id)
        _doc(self.doc)
        form = _KEY_IDS.get(self.kms_type)
        if form is not None and not form.match(self.kms_key_id):
            raise InvalidKey("kmsKeyId")


@dataclass(frozen=True, slots=True, kw_only=True)
class KekUpdate:
    """What to change of a KEK, by the members that the client sent.

    ``kms_props`` and ``doc`` are cleared by None, ``shared`` is left by it.
    """

    sent: frozenset[str]
    kms_props: dict[str, str] | None = field(default=None, repr=False)
    doc: str | None = None
    shared: bool | None = None

    def validate(self) -> None:
        """Raise `InvalidKey` for a member that can't be."""
        _doc(self.doc)


@dataclass(frozen=True, slots=True, kw_only=True)
class DekRequest:
    """A data key to create: base64 of its material, as the KEK wraps it.

    ``rewrap`` replaces the material of a version that is there by the same
    key in another wrapping.
    """

    subject: SubjectName
    version: int = 1
    algorithm: Algorithm = Algorithm.AES256_GCM
    encrypted_key_material: str | None = field(default=None, repr=False)
    deleted: bool = False
    rewrap: bool = False

    def validate(self) -> None:
        """Raise `InvalidKey` for a member that can't be."""
        subject = self.subject
        if not subject.name or subject.too_long or _has_control(subject.qualified):
            raise InvalidKey("subject")
        if self.version < 1:
            raise InvalidKey("version")
        material = self.encrypted_key_material
        if material is not None and not _is_base64(material):
            raise InvalidKey("encryptedKeyMaterial")


def kek_name(name: str) -> str:
    """Return the name of a KEK as it is, or raise `InvalidKey`."""
    if not _NAME.fullmatch(name):
        raise InvalidKey("name")
    return name


def _text(member: str, value: str) -> None:
    if not value or len(value) > _LONGEST_TEXT or _has_control(value):
        raise InvalidKey(member)


def _doc(value: str | None) -> None:
    # PostgreSQL's texts have no NUL.
    if value is not None and "\0" in value:
        raise InvalidKey("doc")


def _has_control(text: str) -> bool:
    return any(unicodedata.category(each) == "Cc" for each in text)


def _is_base64(text: str) -> bool:
    try:
        decoded = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return bool(decoded) and len(text) <= _LONGEST_MATERIAL
