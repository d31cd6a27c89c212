"""Each kind of sheet: what it records, what it knows already, and the rule by which each unfit row is refused."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import translation

from core.imports import queries as imports
from core.imports.limits import Unreadable
from core.imports.sheets import folded
from core.organisations.models import Organisation
from portfolio.capital_calls import services as calls
from portfolio.capital_calls.models import CallNotice, CapitalCall, Receipt
from portfolio.fees import services as fees
from portfolio.funds.models import Closing, Commitment, CommitmentTerms
from portfolio.history.sheets import IN_ORDER, OUR_HEADS
from portfolio.investments import services as investments
from portfolio.investments.models import Holding, Round, StakeTerms, Transaction
from portfolio.ledger import invariants
from portfolio.ledger import queries as books
from portfolio.ledger import services as ledger
from portfolio.ledger.models import Entry
from tests.portfolio.history.conftest import HISTORY, TODAY, changes, csv, message, told

pytestmark = pytest.mark.django_db


def said(upload):
    """Result, code and column of each row."""
    return [(result, code, column) for _number, result, _way, code, column in told(upload)]


def refused(*cases):
    return [("refused", code, column) for _row, code, column in cases]


def balance(office, line):
    return books.balance(office.fund.book, line, as_of=TODAY, known_at=office.moment)


@pytest.fixture
def committed(office):
    office.bring("commitments", *HISTORY["commitments"])
    return office


@pytest.fixture
def called(committed):
    committed.bring("calls", *HISTORY["calls"])
    return committed


@pytest.fixture
def rich(office):
    """Cash to spend, and nothing else."""
    office.bring("opening-balances", ("cash", "", "2023-07-31", "1000000.00", ""))
    return office


class TestOpeningBalances:
    def test_they_are_posted_against_the_opening_line(self, office):
        upload = office.bring("opening-balances", *HISTORY["opening-balances"])

        entries = Entry.objects.order_by("number")
        assert [(one.kind, one.subject, one.effective_on) for one in entries] == [
            ("opening", upload.public_id, date(2023, 7, 31))
        ] * 2
        assert (balance(office, "cash"), balance(office, "payables")) == (Decimal("250000.00"), Decimal("-50000.00"))
        assert balance(office, "opening") == Decimal("-200000.00")
        assert invariants.broken(office.fund.book) == []

    def test_income_is_of_a_holding(self, rich):
        rich.bring("transactions", HISTORY["transactions"][0])
        rich.bring("opening-balances", ("income", "Example Robotics", "2024-12-31", "", "7.00"))

        assert balance(rich, "income") == Decimal("-7.00")

    def test_unfit_rows_say_why(self, office):
        cases = [
            (("gold", "", "2023-07-31", "1.00", ""), "unfit_cell", "account"),
            (("investments", "", "2023-07-31", "1.00", ""), "follows_from_others", "account"),
            (("capital", "", "2023-07-31", "1.00", ""), "follows_from_others", "account"),
            (("cash", "", "2023-07-31", "", ""), "one_side", "debit"),
            (("cash", "", "2023-07-31", "1.00", "1.00"), "one_side", "debit"),
            (("cash", "Somebody", "2023-07-31", "1.00", ""), "of_no_company", "company"),
            (("income", "Nobody", "2023-07-31", "", "1.00"), "not_held", "company"),
            (("cash", "", "2023-07-31", "-1.00", ""), "unfit_amount", "debit"),
            (("cash", "", "2023-07-31", "", "9" * 30), "unfit_amount", "credit"),
            (("cash", "", "2023-07-31", "0.0010", ""), "unfit_amount", "debit"),
            (("payables", "", "1800-01-01", "1.00", ""), "unfit_cell", "day"),
            (("payables", "", "9999-12-31", "1.00", ""), "unfit_cell", "day"),
            (("payables", "", "2026-06-02", "1.00", ""), "unfit_cell", "day"),
            (("distributed", "", "2023-07-31", "1.00", ""), "no_distributions_yet", "account"),
            (("distributions-payable", "", "2023-07-31", "", "1.00"), "no_distributions_yet", "account"),
        ]
        rows = [case[0] for case in cases]

        upload = office.upload(csv("opening-balances", *rows), "opening-balances")

        # The second balance of one account is refused as such only where the first could be read at all.
        expected = refused(*cases)
        expected[8] = ("refused", "twice_in_the_file", "account")
        expected[9] = ("refused", "twice_in_the_file", "account")
        assert said(upload) == expected
        assert not Entry.objects.exists()

    def test_a_closed_period_takes_nothing(self, office, system):
        ledger.close(office.fund.book, through=date(2024, 12, 31), today=TODAY, by=system, at=office.moment)

        upload = office.upload(csv("opening-balances", ("cash", "", "2023-07-31", "1.00", "")), "opening-balances")

        assert said(upload) == [("refused", "period_closed", "day")]
        assert message(upload, 2).startswith("The books are closed to 31\u00a0Dec\u00a02024.")

    def test_another_balance_of_the_account_is_not_written_over(self, rich):
        again = rich.upload(csv("opening-balances", ("cash", "", "2023-07-31", "2.00", "")), "opening-balances")

        assert said(again) == [("differs", "recorded_otherwise", "")]
        assert changes(again, 2) == [["debit", "1000000.00", "2.00"]]


class TestCommitments:
    def test_closings_holders_and_amendments_come_with_them(self, committed):
        assert list(Closing.objects.order_by("held_on").values_list("held_on", flat=True)) == [
            date(2023, 8, 1),
            date(2024, 4, 19),
        ]
        assert Commitment.objects.get(nation="LU").holder.name == "Ministry of Defence"
        terms = CommitmentTerms.objects.filter(commitment__nation="EE").order_by("recorded_at")
        assert [(one.amount, one.effective_on) for one in terms] == [
            (Decimal("30000000.00"), date(2023, 8, 1)),
            (Decimal("32000000.00"), date(2025, 1, 1)),
        ]

    def test_what_is_there_is_said_to_be_there(self, committed):
        rows = [*HISTORY["commitments"], ("SE", "2024-04-19", "2025-01-01", "21000000.00", "", "illustrative", "", "")]

        upload = committed.upload(csv("commitments", *rows), "commitments")

        assert [result for _number, result, *_rest in told(upload)] == ["same"] * 5 + ["new"]

    def test_another_amount_of_the_same_day_is_a_correction(self, committed):
        row = ("FI", "2023-08-01", "", "36000000.00", "", "solid", "https://example.org/fi", "")
        upload = committed.upload(csv("commitments", row), "commitments")

        assert said(upload) == [("differs", "", "")]
        assert changes(upload, 2) == [
            ["amount", "35000000.00", "36000000.00"],
            ["basis", "illustrative", "solid"],
            ["source", "", "https://example.org/fi"],
        ]
        committed.apply(upload)
        assert CommitmentTerms.objects.filter(commitment__nation="FI").count() == 2

    def test_the_closing_of_a_partner_is_not_moved(self, committed):
        row = ("FI", "2024-04-19", "", "35000000.00", "", "illustrative", "", "")

        upload = committed.upload(csv("commitments", row), "commitments")

        assert said(upload) == [("differs", "recorded_otherwise", "")]
        assert changes(upload, 2) == [["closing", "2023-08-01", "2024-04-19"]]

    def test_unfit_rows_say_why(self, office):
        cases = [
            (("XX", "2023-08-01", "", "1.00", "", "illustrative", "", ""), "unknown_nation", "ally"),
            (("Estonya", "2023-08-01", "", "1.00", "", "illustrative", "", ""), "unknown_nation", "ally"),
            (
                ("EE", "2023-08-01", "2023-07-31", "1.00", "", "illustrative", "", ""),
                "before_the_closing",
                "effective_on",
            ),
            (("FI", "2023-01-01", "", "1.00", "", "illustrative", "", ""), "not_an_ally", "ally"),
            (("EE", "2023-08-01", "2023-08-02", "1.00", "", "solid", "", ""), "source_missing", "source"),
            (("EE", "2023-08-01", "2023-08-03", "1.00", "", "sure", "", ""), "unfit_cell", "basis"),
            (("EE", "2023-08-01", "2023-08-04", "-1.00", "", "illustrative", "", ""), "unfit_amount", "amount"),
            (("EE", "2023-08-01", "2023-08-05", "9" * 30, "", "illustrative", "", ""), "unfit_amount", "amount"),
            (("EE", "2023-08-01", "2023-08-06", "many", "", "illustrative", "", ""), "unfit_cell", "amount"),
            (("EE", "someday", "", "1.00", "", "illustrative", "", ""), "unfit_cell", "closing"),
            (("", "2023-08-01", "", "1.00", "", "illustrative", "", ""), "unfit_cell", "ally"),
        ]

        upload = office.upload(csv("commitments", *(case[0] for case in cases)), "commitments")

        assert said(upload) == refused(*cases)
        assert not Commitment.objects.exists()


class TestCalls:
    def test_one_without_allies_is_split_by_commitment(self, called):
        amounts = dict(CallNotice.objects.filter(call__number=1).values_list("commitment__nation", "amount"))

        assert sum(amounts.values()) == Decimal("1200000.00")
        assert amounts == {
            "EE": Decimal("315789.47"),
            "FI": Decimal("368421.05"),
            "LU": Decimal("305263.16"),
            "SE": Decimal("210526.32"),
        }

    def test_one_with_allies_asks_each_for_what_it_was_asked_for(self, called):
        call = CapitalCall.objects.get(number=2)

        assert [(one.commitment.nation_id, one.amount, one.inside) for one in call.notices.order_by("pk")] == [
            ("EE", Decimal("510000.00"), Decimal("510000.00")),
            ("FI", Decimal("400000.00"), Decimal("400000.00")),
        ]
        assert [(one.text, one.amount) for one in call.lines.order_by("order")] == [
            ("More tickets", Decimal("900000.00")),
            ("Audit", Decimal("10000.00")),
        ]
        assert (call.is_illustrative, call.memo) == (True, "Thank you")

    def test_it_is_drafted_by_one_and_issued_by_the_other_on_its_own_day(self, called):
        call = CapitalCall.objects.get(number=1)

        assert (call.drafted_by, call.edited_by, call.issued_by) == (called.analyst, called.analyst, called.manager)
        assert (call.issued_on, call.issued_at) == (date(2024, 5, 2), called.moment)
        assert list(call.approvals.values_list("by", flat=True)) == [called.manager.pk]

    def test_what_is_there_is_said_to_be_there(self, called):
        again = called.upload(csv("calls", *HISTORY["calls"]), "calls", name="again.csv")

        # The same bytes come back as the import that was applied; a further row makes another file of it.
        more = called.upload(
            csv(
                "calls",
                *HISTORY["calls"],
                (3, "2025-06-02", "2025-06-16", "investment", "Third", "1.00", "", "", "", ""),
            ),
            "calls",
        )
        assert again.state == "applied"
        assert [result for _number, result, *_rest in told(more)] == ["same"] * 5 + ["new"]

    def test_other_contents_of_an_issued_call_are_named(self, called):
        first = (1, "2024-05-03", "2024-05-16", "investment", "First tickets", "1000000.00", "", "", "", "")
        second = (2, "2025-02-03", "2025-02-17", "investment", "More tickets", "900000.00", "", "EE", "", "")

        upload = called.upload(csv("calls", first, second), "calls")

        assert said(upload) == [("differs", "recorded_otherwise", "")] * 2
        assert changes(upload, 2) == [
            ["issued_on", "2024-05-02", "2024-05-03"],
            ["amount", "First tickets 1000000.00; Fee of 2024 200000.00", "First tickets 1000000.00"],
        ]
        assert changes(upload, 3)[1:] == [["ally", "EE 510000.00", "EE 900000.00"], ["ally", "FI 400000.00", "FI 0"]]

    def test_unfit_calls_say_why_in_each_of_their_rows(self, committed):
        def call(number, **other):
            row = {
                "issued_on": "2024-05-02", "due_on": "2024-05-16", "purpose": "investment", "text": "Tickets",
                "amount": "100.00", "inside": "", "ally": "", "memo": "", "illustrative": "",
            } | other  # fmt: skip
            return (number, *row.values())

        cases = [
            (call(1, amount="200000000.00"), "over_unfunded", ""),
            (call(2, amount="100.00"), "number_out_of_order", "number"),
            (call("x"), "unfit_cell", "number"),
            (call(1, due_on="2024-05-01"), "rows_disagree", "due_on"),
        ]
        upload = committed.upload(csv("calls", *(case[0] for case in cases)), "calls")
        # Both rows of number 1 are one call, and they disagree about its due date.
        expected = refused(*cases)
        expected[0] = ("refused", "rows_disagree", "due_on")
        assert said(upload) == expected

        singles = [
            ([call(1, amount="200000000.00")], "over_unfunded", "amount"),
            ([call(1, amount="-1.00")], "unfit_amount", "amount"),
            ([call(1, amount="9" * 30)], "unfit_amount", "amount"),
            ([call(1, due_on="2024-05-01")], "due_too_early", "due_on"),
            ([call(1, issued_on="2023-07-01")], "no_partner", ""),
            ([call(1, issued_on="2026-06-02", due_on="2026-07-01")], "unfit_cell", "issued_on"),
            ([call(1, ally="SE", amount="20000000.01")], "over_unfunded", "ally"),
            ([call(1, ally="SE", issued_on="2024-01-01", due_on="2024-01-16")], "not_committed", "ally"),
            ([call(1, ally="Atlantis")], "unknown_nation", "ally"),
            ([call(1, ally="EE"), call(1, ally="")], "some_name_allies", "ally"),
            ([call(1, ally="EE"), call(1, ally="EE")], "twice_in_the_file", "ally"),
            ([call(1, ally="EE", amount="-5.00"), call(1, ally="FI", amount="10.00")], "unfit_amount", "amount"),
            ([call(1, purpose="party")], "unfit_cell", "purpose"),
        ]
        for rows, code, column in singles:
            upload = committed.upload(csv("calls", *rows), "calls")
            assert said(upload) == [("refused", code, column)] * len(rows), rows
        assert not CapitalCall.objects.exists()

    def test_what_is_said_of_a_call_once_is_said_of_all_its_rows(self, committed):
        rows = [
            (1, "2024-05-02", "2024-05-16", "investment", "Tickets", "1.00", "", "", "", ""),
            (1, "2024-05-02", "2024-05-16", "expenses", "Audit", "1.00", "", "", "With thanks", "yes"),
        ]
        committed.bring("calls", *rows)

        call = CapitalCall.objects.get()
        assert (call.memo, call.is_illustrative, call.lines.count()) == ("With thanks", True, 2)

    def test_the_other_rows_of_a_call_point_at_the_unfit_one(self, committed):
        rows = [
            (1, "2024-05-02", "2024-05-16", "investment", "Tickets", "1.00", "", "", "", ""),
            (1, "2024-05-02", "2024-05-16", "investment", "Tickets", "lots", "", "", "", ""),
        ]

        upload = committed.upload(csv("calls", *rows), "calls")

        assert said(upload) == [("refused", "another_row_is_unfit", ""), ("refused", "unfit_cell", "amount")]
        assert message(upload, 2) == "Row 3 of this call has to be corrected first."

    def test_one_that_comes_before_others_leaves_nobody_beyond_its_commitment(self, committed):
        """What was called later already used up the commitment that is free on the earlier day."""
        late = (1, "2025-02-03", "2025-02-17", "investment", "All of it", "116000000.01", "", "", "", "")
        committed.bring("calls", late)

        early = (2, "2024-05-02", "2024-05-16", "investment", "Before", "1.00", "", "", "", "")
        upload = committed.upload(csv("calls", early), "calls")

        assert said(upload) == [("refused", "over_unfunded", "amount")]


class TestTakenBack:
    """A row of what was taken back says when and why, and what to do; with other contents it stands in the way."""

    def take_back(self, office, service, row):
        office.moment += timedelta(hours=1)
        service(row, because="of another Ally", by=office.manager, at=office.moment)

    def assert_said(self, office, kind, row, other):
        again = office.upload(csv(kind, row, other), kind)

        assert told(again)[0][1:4] == ("same", False, "taken_back")
        sentence = "It was taken back on 1\u00a0Jun\u00a02026 and counts as nothing: of another Ally."
        assert message(again, 2) == f"{sentence} Write what was right under another reference."
        assert message(again, 2, "fr").startswith("Contrepassé le 1er\u00a0juin\u00a02026")

    def test_a_receipt(self, called):
        row = HISTORY["receipts"][0]
        called.bring("receipts", row)
        self.take_back(called, calls.take_back_receipt, Receipt.objects.get())

        self.assert_said(called, "receipts", row, ("B-9", "EE", "1.00", "2024-05-16"))
        other = called.upload(csv("receipts", ("B-1", "EE", "5.00", "2024-05-16")), "receipts")
        assert told(other) == [(2, "differs", True, "taken_back", "")]
        assert changes(other, 2) == [["amount", "500000.00", "5.00"]]
        called.bring("receipts", ("B-1 (2)", "EE", "5.00", "2024-05-16"))
        assert balance(called, "cash") == Decimal("5.00")

    def test_a_fee_and_a_purchase(self, rich):
        purchase, fee, other = (HISTORY["transactions"][number] for number in (0, 8, 9))
        rich.bring("transactions", purchase, fee)
        self.take_back(rich, fees.take_back_fee, Entry.objects.get(kind="management-fees"))
        self.take_back(rich, investments.take_back_transaction, Transaction.objects.get())

        for row in (fee, purchase):
            self.assert_said(rich, "transactions", row, other)


class TestReceipts:
    def test_they_pay_what_was_called(self, called):
        upload = called.upload(csv("receipts", *HISTORY["receipts"]), "receipts")

        assert said(upload)[0] == ("new", "in_suspense", "")
        assert message(upload, 2) == "184\u00a0210.53 of it pays no call and stands in suspense."
        called.apply(upload)
        assert Receipt.objects.count() == 5
        assert balance(called, "cash") == Decimal("2010000.00")
        assert balance(called, "suspense") == Decimal("-184210.53")

    def test_unfit_rows_say_why(self, called):
        called.bring("receipts", HISTORY["receipts"][0])
        cases = [
            (("B-1", "EE", "500000.01", "2024-05-16"), "recorded_otherwise", ""),
            (("B-9", "XX", "1.00", "2024-05-16"), "unknown_nation", "ally"),
            (("B-10", "EE", "0", "2024-05-16"), "unfit_amount", "amount"),
            (("B-11", "EE", "NaN", "2024-05-16"), "unfit_cell", "amount"),
            (("B-12", "EE", "1e400", "2024-05-16"), "unfit_cell", "amount"),
            (("B-13", "EE", "9" * 30, "2024-05-16"), "unfit_amount", "amount"),
            (("B-14", "EE", "1.001", "2024-05-16"), "unfit_cell", "amount"),
            (("", "EE", "1.00", "2024-05-16"), "unfit_cell", "reference"),
            (("B-15", "EE", "1.00", "2026-12-31"), "unfit_cell", "received_on"),
            (("B-16", "EE", "1.00", "2024-05-16"), "", ""),
            (("B-16", "FI", "1.00", "2024-05-16"), "twice_in_the_file", "reference"),
        ]
        upload = called.upload(csv("receipts", *(case[0] for case in cases)), "receipts")

        expected = refused(*cases)
        expected[0], expected[9] = ("differs", "recorded_otherwise", ""), ("new", "in_suspense", "")
        assert said(upload) == expected
        assert changes(upload, 2) == [["amount", "500000.00", "500000.01"]]
        assert message(upload, 12) == "Row 11 says the same already. Take one of them out."

    def test_an_ally_without_a_commitment_pays_nothing(self, office):
        upload = office.upload(csv("receipts", HISTORY["receipts"][0]), "receipts")

        assert said(upload) == [("refused", "not_committed", "ally")]
        assert message(upload, 2).startswith("Estonia has no commitment to the fund on that day.")


class TestTransactions:
    def test_companies_rounds_and_holdings_are_made_known(self, rich):
        upload = rich.bring("transactions", *HISTORY["transactions"])

        robotics = Organisation.objects.get(name="Example Robotics")
        assert (robotics.kind, robotics.nation_id, robotics.is_illustrative) == ("company", "EE", True)
        assert list(Round.objects.filter(organisation=robotics).order_by("held_on").values_list("name", "source")) == [
            ("Seed", "https://example.org/seed"),
            ("Series A", "https://example.org/a"),
        ]
        assert list(
            Holding.objects.order_by("organisation__name").values_list("organisation__name", "kind", "currency")
        ) == [
            ("Example Optics", "direct", "USD"),
            ("Example Robotics", "direct", "EUR"),
            ("Example Ventures", "fund", "EUR"),
        ]
        assert list(Transaction.objects.order_by("effective_on", "pk").values_list("kind", flat=True)) == [
            "purchase", "purchase", "stake-call", "purchase", "sale", "write-off", "stake-distribution",
        ]  # fmt: skip
        assert Transaction.objects.get(kind="purchase", holding__currency="USD").fund_amount == Decimal("100000.00")
        assert StakeTerms.objects.get().amount == Decimal("1000000.00")
        assert (balance(rich, "management-fees"), balance(rich, "expenses")) == (
            Decimal("90000.00"),
            Decimal("1000.00"),
        )
        assert told(upload)[0][1:4] == ("new", False, "made_known")

    def test_a_corrected_commitment_keeps_how_exactly_its_day_is_known(self, rich):
        row = HISTORY["transactions"][5]
        rich.bring("transactions", row)
        first = StakeTerms.objects.get()
        stated = {"basis": "solid", "source": first.source, "precision": "month", "note": "By July"}
        given = stated | {"effective_on": first.effective_on, "by": rich.manager}
        investments.commit_to_stake(first.holding, amount=first.amount, **given, at=rich.moment + timedelta(minutes=1))

        rich.bring("transactions", tuple("1100000.00" if cell == "1000000.00" else cell for cell in row))

        last = StakeTerms.objects.latest("pk")
        assert (last.amount, last.precision, last.note) == (Decimal("1100000.00"), "month", "By July")

    def test_a_company_that_is_known_is_not_made_anew(self, rich, system):
        known = Organisation.objects.create(
            name="EXAMPLE Robotics", kind="company", nation_id="EE", created_at=rich.moment
        )

        rich.bring("transactions", HISTORY["transactions"][0])

        assert Holding.objects.get().organisation == known
        assert Organisation.objects.count() == 1

    def test_of_two_holdings_of_one_name_the_row_says_which(self, rich):
        first, stake = HISTORY["transactions"][0], HISTORY["transactions"][5]
        twin = (stake[0], stake[1], stake[2], "Example Robotics", "FI", *stake[5:])
        rich.bring("transactions", first, twin)
        sale = HISTORY["transactions"][3]

        unclear = rich.upload(csv("transactions", sale), "transactions")
        clear = rich.upload(csv("transactions", (*sale[:4], "EE", *sale[5:])), "transactions")

        assert said(unclear) == [("refused", "several_of_that_name", "company")]
        assert said(clear) == [("new", "", "")]

    def test_a_row_that_looks_like_one_recorded_by_hand_says_so(self, rich):
        first = HISTORY["transactions"][0]
        rich.bring("transactions", first)

        upload = rich.upload(csv("transactions", ("T-99", *first[1:])), "transactions")

        assert said(upload) == [("new", "looks_double", "")]

    def test_what_is_there_is_said_to_be_there(self, rich):
        rich.bring("transactions", *HISTORY["transactions"])
        more = ("T-11", *HISTORY["transactions"][-1][1:])

        upload = rich.upload(csv("transactions", *HISTORY["transactions"], more), "transactions")

        assert [result for _number, result, *_rest in told(upload)] == ["same"] * 10 + ["new"]

    def test_other_contents_under_a_reference_are_named(self, rich):
        rich.bring("transactions", *HISTORY["transactions"])
        rows = [list(row) for row in HISTORY["transactions"]]
        rows[0][15], rows[3][14], rows[8][2], rows[5][15] = "200000.01", "9999", "2024-06-30", "2000000.00"
        rows[9][1] = "management-fee"

        upload = rich.upload(csv("transactions", rows[0], rows[3], rows[8], rows[5], rows[9]), "transactions")

        assert said(upload) == [
            ("differs", "recorded_otherwise", ""),
            ("differs", "recorded_otherwise", ""),
            ("differs", "recorded_otherwise", ""),
            ("differs", "", ""),
            ("differs", "recorded_otherwise", ""),
        ]
        assert [changes(upload, number) for number in range(2, 7)] == [
            [["amount", "200000.00", "200000.01"]],
            [["quantity", "10000.000000", "9999"]],
            [["effective_on", "2024-06-28", "2024-06-30"]],
            [["amount", "1000000.00", "2000000.00"]],
            [["kind", "expenses", "management-fees"]],
        ]

    def test_unfit_rows_say_why(self, rich):
        rich.bring("transactions", *HISTORY["transactions"][:2], *HISTORY["transactions"][5:7])
        heads = {
            "effective_on": "2025-03-03", "company": "Example Robotics", "nation": "", "technology": "", "currency": "",
            "round": "", "round_held_on": "", "round_total": "", "round_currency": "", "basis": "", "source": "",
            "tranche": "", "quantity": "", "amount": "", "cost": "", "reason": "", "illustrative": "yes",
        }  # fmt: skip
        buying = {"round": "Seed", "quantity": "1", "amount": "1.00"}
        cases = [
            ("gift", {"amount": "1.00"}, "unfit_cell", "kind"),
            ("purchase", buying | {"round": "Series Z"}, "unknown_round", "round"),
            ("purchase", buying | {"round": "Series Z", "round_held_on": "2025-03-04"}, "before_its_round", "effective_on"),
            ("purchase", buying | {"round": "B", "round_held_on": "2025-03-01", "illustrative": ""}, "how_sure", "basis"),
            ("purchase", buying | {"round": "C", "round_held_on": "2025-03-01", "basis": "solid"}, "source_missing", "source"),
            ("purchase", buying | {"round": "D", "round_held_on": "2025-03-01", "round_total": "5.00"}, "total_and_currency",
             "round_currency"),
            ("purchase", buying | {"amount": "99999999.00"}, "not_enough_cash", "amount"),
            ("purchase", buying | {"amount": "-1.00"}, "unfit_amount", "amount"),
            ("purchase", buying | {"quantity": "0.0000001"}, "unfit_quantity", "quantity"),
            ("purchase", buying | {"currency": "USD"}, "not_as_recorded", "currency"),
            ("purchase", buying | {"currency": "XXX"}, "unknown_currency", "currency"),
            ("purchase", {"quantity": "1", "amount": "1.00"}, "needed_for_this_kind", "round"),
            ("purchase", buying | {"company": "Example Optics", "round": "Series A"}, "rate_missing", ""),
            ("sale", {"quantity": "20001", "amount": "1.00"}, "more_than_is_held", "quantity"),
            ("sale", {"company": "Nobody", "quantity": "1", "amount": "1.00"}, "not_held", "company"),
            ("sale", {"quantity": "1", "amount": "1.00", "round": "Seed"}, "not_of_this_kind", "round"),
            ("write-off", {"cost": "200000.01", "reason": "Closed"}, "more_than_is_held", "quantity"),
            ("write-off", {"cost": "1.00"}, "needed_for_this_kind", "reason"),
            ("stake-call", {"company": "Example Ventures", "amount": "2000000.00"}, "over_stake", "amount"),
            ("stake-call", {"amount": "1.00"}, "wrong_kind", ""),
            ("stake-distribution", {"company": "Example Ventures", "amount": "1.00", "cost": "2.00"}, "more_than_is_held",
             "quantity"),
            ("management-fee", {"company": "", "amount": "99999999.00"}, "not_enough_cash", "amount"),
            ("management-fee", {"amount": "1.00"}, "not_of_this_kind", "company"),
            ("expense", {"company": "", "amount": "0.0001"}, "unfit_amount", "amount"),
        ]  # fmt: skip
        rows = [(f"X-{number}", kind, *(heads | given).values()) for number, (kind, given, *_said) in enumerate(cases)]
        before = Transaction.objects.count()

        upload = rich.upload(csv("transactions", *rows), "transactions")

        assert [(kind, *one[1:]) for (kind, *_rest), one in zip(cases, said(upload), strict=True)] == [
            (kind, code, column) for kind, _given, code, column in cases
        ]
        assert {result for result, _code, _column in said(upload)} == {"refused"}
        assert Transaction.objects.count() == before


def test_a_refusal_is_kept_in_both_languages(office):
    with translation.override("fr"):
        upload = office.upload(csv("receipts", HISTORY["receipts"][0]), "receipts")

    assert set(imports.results(imports.latest_run(upload)).get().message) == {"en", "fr"}
    assert message(upload, 2).startswith("Estonia has no commitment")


def test_heads_may_be_written_as_people_see_them(office):
    lines = ["Opening balances", "Account,Day,Debit", "Cash at bank,2023-07-31,5.00"]

    upload = office.upload("\n".join(lines[1:]).encode(), "opening-balances")

    assert said(upload) == [("new", "", "")]


@pytest.mark.parametrize("sheet", [one.code for one in IN_ORDER])
def test_a_file_without_its_heads_is_refused_as_a_whole(office, sheet):
    with pytest.raises(Unreadable):
        office.upload(b"a,b,c\n1,2,3\n", sheet)


@pytest.mark.parametrize("sheet", IN_ORDER)
def test_the_heads_of_a_sheet_are_told_apart_in_every_language(sheet):
    for language in ("en", "fr"):
        with translation.override(language):
            heads = [folded(str(column.label)) for column in sheet.columns] + [folded(str(head)) for head in OUR_HEADS]
            assert len(set(heads)) == len(heads), language
            assert len(str(sheet.label)) <= 31
            for column in sheet.columns:
                names = {folded(str(name)) for name in column.choices.values()}
                assert len(names) == len(column.choices), (language, column.code)
