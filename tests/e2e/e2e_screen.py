"""What is on the screen: charts through their handles, tables through their cells."""

from urllib.parse import parse_qs, urlencode, urlsplit

# Charts far below the window have no renderer yet.
_HANDLES = "[...document.querySelectorAll('[data-chart]')].filter((host) => host.__chart)"


def address(path, **state):
    """A page's path with its state, as one types it."""
    return f"{path}?{urlencode(state, doseq=True)}" if state else path


def state_of(page):
    """The state that the address holds."""
    return parse_qs(urlsplit(page.url).query)


class Charts:
    """The line charts of the Metrics page or of a run."""

    def __init__(self, page):
        self.page = page

    def wait(self, accept="true", given=None):
        """Wait until the charts in sight are drawn and `accept` holds: JavaScript over `charts` and `given`."""
        script = f"""(given) => {{
          const charts = {_HANDLES}.map((host) => host.__chart.debug())
          if (!charts.length || charts.some((chart) => chart.draws.lines === 0)) return false
          return {accept}
        }}"""
        self.page.wait_for_function(script, arg=given)
        return self

    def debug(self):
        """What each chart shows, by its title."""
        return dict(
            self.page.evaluate(f"{_HANDLES}.map((host) => [host.dataset.chart, host.__chart.debug()])")
        )

    def values(self, chart):
        """The lines of a chart with all their points."""
        return self.page.evaluate(
            f"(id) => {_HANDLES}.find((host) => host.dataset.chart === id).__chart.values()", chart
        )

    def drawn(self, chart):
        """Points of the runs of a chart, by run id."""
        return {line["run"]: line for line in self.values(chart) if line["run"] is not None}

    def at(self, chart, x, y):
        """Where a point of a chart is on the screen."""
        script = f"""([id, x, y]) => {{
          const host = {_HANDLES}.find((host) => host.dataset.chart === id)
          const [left, top] = host.__chart.place(x, y)
          const box = host.getBoundingClientRect()
          return [box.left + left, box.top + top]
        }}"""
        return self.page.evaluate(script, [chart, x, y])

    def hover(self, chart, x, y):
        self.page.mouse.move(*self.at(chart, x, y))

    def click(self, chart, x, y):
        self.page.mouse.click(*self.at(chart, x, y))

    def drag(self, chart, start, end):
        """Draw a box from one point of a chart to another."""
        self.page.mouse.move(*self.at(chart, *start))
        (left, top) = self.at(chart, *end)
        self.page.mouse.down()
        self.page.mouse.move(left, top, steps=4)
        self.page.mouse.up()


class Parallel:
    """The plot of the Params page."""

    def __init__(self, page):
        self.page = page

    def wait(self, accept="true", given=None):
        """Wait until the plot is drawn and `accept` holds: JavaScript over `plot` and `given`."""
        script = f"""(given) => {{
          const plot = window.__chart?.debug()
          return plot && !plot.pending && plot.axes.length > 0 && ({accept})
        }}"""
        self.page.wait_for_function(script, arg=given)
        return self

    def debug(self):
        return self.page.evaluate("window.__chart.debug()")

    def at(self, key, share):
        """A place on an axis, 0 = bottom to 1 = top, on the screen."""
        plot = self.debug()
        box = self.page.get_by_role("img", name="Parallel coordinates").bounding_box()
        x = next(axis["x"] for axis in plot["axes"] if axis["key"] == key)
        return box["x"] + x, box["y"] + plot["bottom"] - share * (plot["bottom"] - plot["top"])

    def brush(self, key, low, high):
        """Drag along an axis."""
        self.page.mouse.move(*self.at(key, low))
        self.page.mouse.down()
        self.page.mouse.move(*self.at(key, high), steps=4)
        self.page.mouse.up()


def grid_column(page, label, column):
    """The texts of a column of a table, top to bottom, as far as they are in sight; columns count from 1."""
    script = """([label, column]) => [...document.querySelectorAll(`[role=grid][aria-label="${label}"] [role=row][data-at]`)]
      .sort((a, b) => a.dataset.at - b.dataset.at)
      .map((row) => row.querySelector(`[aria-colindex="${column}"]`)?.innerText.trim() ?? '')"""
    return page.evaluate(script, [label, column])


def grid_cells(page, label):
    """The rows of the table whose name begins so, in order: texts by the words of the columns' heads, without arrows."""
    script = """(label) => {
      const grid = document.querySelector(`[aria-label^="${label}"]:is([role=grid], [role=treegrid])`)
      const heads = new Map([...grid.querySelectorAll('[role=columnheader]')].map((head) =>
        [head.ariaColIndex ?? head.getAttribute('aria-colindex'), head.getAttribute('aria-label').replace(/ [↑↓]$/, '')]))
      return [...grid.querySelectorAll('[role=row][data-at]')]
        .sort((a, b) => a.dataset.at - b.dataset.at)
        .map((row) => Object.fromEntries([...row.querySelectorAll('[role=gridcell]')].map((cell) =>
          [heads.get(cell.getAttribute('aria-colindex')), (cell.querySelector('.label') ?? cell).innerText.trim()])))
    }"""
    return page.evaluate(script, label)


def wait_for_column(page, label, column, texts):
    """Wait until a column of a table begins with these texts."""
    script = """([label, column, wanted]) => {
      const rows = [...document.querySelectorAll(`[role=grid][aria-label="${label}"] [role=row][data-at]`)]
      rows.sort((a, b) => a.dataset.at - b.dataset.at)
      const texts = rows.map((row) => row.querySelector(`[aria-colindex="${column}"]`)?.innerText.trim() ?? '')
      return JSON.stringify(texts.slice(0, wanted.length)) === JSON.stringify(wanted)
    }"""
    page.wait_for_function(script, arg=[label, column, texts])


def number(text):
    """A number as the pages write it: `.748`, `−.004`, `1e−3`, `10 800`."""
    return float(text.replace("−", "-").replace("\u202f", ""))
