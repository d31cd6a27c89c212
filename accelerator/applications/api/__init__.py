"""Applications as partner systems see them and bring them in, one by one, many at once, and with their files."""

from accelerator.applications.api.applications import Applications, OneApplication
from accelerator.applications.api.bulk import Bulk, OneBatch
from accelerator.applications.api.documents import Content, Documents, OneDocument

__all__ = ("Applications", "Bulk", "Content", "Documents", "OneApplication", "OneBatch", "OneDocument")
