"""Made-up papers in the form of the Daily Papers API, and an origin that lists them by day."""
import json

from origin import Answer, Origin


def paper(number, day="2026-03-02", title=None, votes=0, **more):
    arxiv = "2602.%05d" % number
    title = title or "A paper about agents number %d" % number
    inner = {"id": arxiv, "title": title, "summary": more.pop("summary", "We study agents that use tools. Number %d." % number),
             "authors": [{"_id": "1", "name": "Ada Author", "hidden": False}], "publishedAt": "2026-02-26T17:08:18.000Z",
             "submittedOnDailyAt": day + "T00:00:00.000Z", "upvotes": votes}
    inner.update(more)
    return {"paper": inner, "title": title, "summary": inner["summary"], "publishedAt": "2026-02-26T12:08:18.000Z",
            "numComments": 1, "isAuthorParticipating": False}


class Papers:
    """days[day] = papers of that day's list; down = what every request gets instead."""

    def __init__(self):
        self.days = {}
        self.down = None
        self.origin = Origin(self.answer)

    def answer(self, request):
        if self.down is not None:
            return self.down
        if request.path != "/api/daily_papers":
            return Answer(404, "no page")
        query = request.query
        if "date" in query:
            papers = self.days.get(query["date"], [])
        elif "month" in query:
            papers = [p for day in sorted(self.days) if day.startswith(query["month"]) for p in self.days[day]]
        else:
            papers = self.days[max(self.days)] if self.days else []
        papers = sorted(papers, key=lambda p: -p["paper"]["upvotes"])
        limit, page = int(query.get("limit", 50)), int(query.get("p", 0))
        return Answer(200, json.dumps(papers[page * limit:(page + 1) * limit]), {"Content-Type": "application/json"})

    def config(self, name="daily-papers", every="30m"):
        return 'sources:\n  %s: {preset: hf-daily-papers, base_url: "%s", every: %s}\n' % (name, self.origin.url, every)

    def close(self):
        self.origin.close()
