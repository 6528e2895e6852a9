"""Joins PDF files of ours into one, tags and all.

No library does this part: they take over the pages and leave the tags behind, and then the claim to
be PDF/UA is no longer true. pikepdf is read when the first files are joined: it is one of the
largest parts of a start that joins none.
"""

import re
from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pikepdf import Object


def joined(parts: Iterable[bytes]) -> bytes:
    """Files of `typesetting.compile` as one, with the first one’s title and the tags of all.

    Their claims stay true: pages, fonts and structure are taken over as they are, and the ways from
    a page to its tags counted on. Bookmarks go. Only one of them may have tables or notes, whose
    names would meet others; ValueError otherwise.
    """
    from pikepdf import ObjectStreamMode, Pdf

    files = map(Pdf.open, map(BytesIO, parts))
    whole = next(files)
    tree = whole.Root.StructTreeRoot
    for other in files:
        shift = int(tree.ParentTreeNextKey)
        for page in other.pages:
            page.StructParents += shift
            for annotation in page.get("/Annots", ()):
                annotation.StructParent += shift
        # First the pages: the tags that are copied next point to them.
        whole.pages.extend(other.pages)
        _graft(tree, whole.copy_foreign(other.Root.StructTreeRoot), shift)
    if "/Outlines" in whole.Root:
        del whole.Root.Outlines
    about = whole.Root.Metadata.read_bytes()
    pages = b"<xmpTPg:NPages>%d<" % len(whole.pages)
    whole.Root.Metadata.write(re.sub(rb"<xmpTPg:NPages>\d+<", pages, about))
    file = BytesIO()
    whole.save(file, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return file.getvalue()


def page_count(file: bytes) -> int:
    """How many pages a file has."""
    from pikepdf import Pdf

    with Pdf.open(BytesIO(file)) as pdf:
        return len(pdf.pages)


def _graft(tree: "Object", branch: "Object", shift: int) -> None:
    """Add the tags of another document to the tree, all under one root."""
    if "/IDTree" in branch:
        if "/IDTree" in tree:
            raise ValueError("two documents with names in their tags")
        tree.IDTree = branch.IDTree
    for kid in branch.K[0].K:
        kid.P = tree.K[0]
        tree.K[0].K.append(kid)
    for n, entry in enumerate(branch.ParentTree.Nums):
        tree.ParentTree.Nums.append(entry if n % 2 else entry + shift)
    for role, meaning in branch.RoleMap.items():
        tree.RoleMap[role] = meaning
    tree.ParentTreeNextKey = shift + branch.ParentTreeNextKey
