"""The receipt of a submission as a PDF."""

import json

from django.utils import translation
from django.utils.translation import gettext as _

from accelerator.applications import queries
from accelerator.applications.models import Application, Submission
from accelerator.challenges import words
from core.audit import sentences
from core.exports import pdf
from core.web import numerals

LAYOUT = """
#set document(title: sys.inputs.at("title"))
#set page(paper: "a4", margin: 24mm, numbering: "1 / 1")
#set text(lang: sys.inputs.at("language"), size: 10.5pt)
#set par(leading: 0.7em)
#let facts = json(bytes(sys.inputs.at("facts")))
#let parts = json(bytes(sys.inputs.at("parts")))
= #sys.inputs.at("title")
#v(1em)
#for fact in facts [
  *#fact.at(0)* \\
  #fact.at(1)
  #v(0.4em)
]
#for part in parts [
  == #part.at(0)
  #for line in part.at(1) [
    *#line.at(0)* \\
    #line.at(1)
    #v(0.4em)
  ]
]
"""


def document(application: Application, submission: Submission) -> bytes:
    """Number, both clocks, digest, who sent it, and all that was sent, in the reader's language."""
    facts = [
        (_("Number"), submission.number),
        (_("Start-up"), application.organisation.name),
        (_("Call"), str(application.call)),
        (_("Received"), words.moment_there(submission.received_at, application.call.zone)),
        (_("To the second"), numerals.to_the_second(submission.received_at)),
        (_("Sent by"), submission.submitted_by.name),
        (_("Digest (SHA-256)"), sentences.in_groups(submission.digest)),
    ]
    if application.is_illustrative:
        facts.append((_("Note"), _("Illustrative: the start-up, its people and its answers are invented.")))
    parts = queries.told(submission.content, application)
    return pdf.write(
        LAYOUT,
        title=_("Receipt %(number)s") % {"number": submission.number},
        language=translation.get_language() or "en",
        values={"facts": json.dumps(facts), "parts": json.dumps(parts)},
    )
