"""Use all choices of a page one after the other; each has to be kept in the address, and Back has to undo it."""

from playwright.sync_api import expect

_CHANGED = "(before) => location.href !== before"


class Hand:
    """What is used, and the addresses to which Back has to lead."""

    def __init__(self, page):
        self.page = page
        self.addresses = []

    def does(self, act):
        """Do what changes the address."""
        before = self.page.url
        act()
        self.page.wait_for_function(_CHANGED, arg=before)
        self.addresses.append(before)

    def chooses_each(self, *groups, within=None):
        """Each choice of rows of choices, by their names; where none is named, of all rows in sight."""
        scope = within or self.page
        names = groups or scope.locator("[role=radiogroup]:visible").evaluate_all(
            "(groups) => groups.map((group) => group.ariaLabel)"
        )
        assert names
        for name in names:
            radios = scope.get_by_role("radiogroup", name=name, exact=True).get_by_role("radio")
            chosen = radios.evaluate_all(
                "(radios) => radios.findIndex((radio) => radio.ariaChecked === 'true')"
            )
            for at in range(radios.count()):
                if at != chosen:
                    self.does(radios.nth(at).click)
                    expect(radios.nth(at)).to_be_checked()
        return names

    def picks_each(self, name, *, most=99):
        """Each option of a list that opens."""
        for at in range(most):
            self.page.get_by_role("button", name=name).click()
            options = self.page.locator(":popover-open").get_by_role("option")
            options.first.wait_for()
            if at >= options.count():
                self.page.keyboard.press("Escape")
                return
            if options.nth(at).get_attribute("aria-selected") == "true":
                self.page.keyboard.press("Escape")
            else:
                self.does(options.nth(at).click)

    def opens(self, name, **options):
        """What a button opens."""
        self.page.get_by_role("button", name=name, **options).click()
        panel = self.page.locator(":popover-open")
        panel.wait_for()
        return panel

    def closes(self):
        self.page.keyboard.press("Escape")
        expect(self.page.locator(":popover-open")).to_have_count(0)

    def goes_back(self):
        """To where it began, through all that was done."""
        for wanted in reversed(self.addresses):
            self.page.evaluate("history.back()")
            self.page.wait_for_function("(wanted) => location.href === wanted", arg=wanted)
        self.addresses.clear()
