"""Who asks, and how often: addresses behind proxies, rates, tokens that nobody has."""
import http.client
import os
import socket
import unittest

from origin import Answer, Origin
from service import LOCAL, Service, until

FEED = "<rss version='2.0'><channel><title>t</title><item><title>One</title><guid>http://a/1</guid></item></channel></rss>"
USERS = "users: {ana: {feeds: {all: {sources: [blog]}}}}\n"
UNKNOWN = "/f/" + "A" * 43 + ".atom"


def limits(text):
    return LOCAL.replace("limits: {", "limits: {%s, " % text)


class Clients(unittest.TestCase):
    def start(self, config="", local=LOCAL):
        origin = Origin(lambda request: Answer(200, FEED))
        self.addCleanup(origin.close)
        self.sources = "sources: {blog: {url: '%s/'}}\n" % origin.url
        service = Service(self.sources + config, local=local)
        self.addCleanup(service.close)
        return service.start()

    def statuses(self, service, path, count, client=None):
        headers = {"X-Forwarded-For": client} if client else {}
        return [service.get(path, headers).status for _ in range(count)]

    def test_who_guesses_addresses_is_told_to_wait_and_a_feed_that_exists_is_always_answered(self):
        service = self.start(USERS)
        known = service.addresses()["ana/all"]
        self.assertEqual(self.statuses(service, UNKNOWN, 20, "203.0.113.7"), [404] * 20)
        for path in (UNKNOWN, "/f/x.atom"):
            late = service.get(path, {"X-Forwarded-For": "203.0.113.7"})
            self.assertEqual(late.status, 429)
            self.assertIn(int(late.headers["retry-after"]), range(1, 61))
            self.assertIn("203.0.113.7 has asked for 20", late.text)
        self.assertEqual(self.statuses(service, known, 50, "203.0.113.7"), [200] * 50)
        self.assertEqual(self.statuses(service, UNKNOWN, 1, "203.0.113.8"), [404], "another address")
        self.assertEqual(self.statuses(service, UNKNOWN, 20, "2001:db8::1"), [404] * 20)
        self.assertEqual(self.statuses(service, UNKNOWN, 1, "2001:db8::2"), [429], "one /64")
        self.assertEqual(service.metrics()['tamis_http_limited_total{limit="unknown_tokens"}'], 3)

    def test_only_a_trusted_proxy_says_who_asks(self):
        service = self.start(USERS + 'trusted_proxies: ["192.0.2.0/24"]\n')
        answers = [self.statuses(service, UNKNOWN, 1, "203.0.113.%d" % i)[0] for i in range(22)]
        self.assertEqual(answers, [404] * 20 + [429] * 2)
        self.assertEqual(service.get("/metrics", {"X-Forwarded-For": "203.0.113.7"}).status, 200)

    def test_requests_of_an_address_are_limited_where_that_is_asked_for(self):
        service = self.start(USERS, limits("requests_per_address: 5"))
        known = service.addresses()["ana/all"]
        self.assertEqual(self.statuses(service, "/", 7, "203.0.113.7"), [200] * 5 + [429] * 2)
        late = service.get("/recipes", {"X-Forwarded-For": "198.51.100.1, 203.0.113.7"})
        self.assertEqual(late.status, 429)
        self.assertIn("limits.requests_per_address", late.text)
        self.assertIn(int(late.headers["retry-after"]), range(1, 61))
        for path, want in ((known, 200), ("/healthz", 200), ("/readyz", 200)):
            self.assertEqual(self.statuses(service, path, 8, "203.0.113.7"), [want] * 8, path)
        self.assertEqual(self.statuses(service, "/", 1, "203.0.113.8"), [200])
        self.assertEqual(self.statuses(service, "/sources", 8), [200] * 8, "who may watch is not counted")
        self.assertGreaterEqual(service.metrics()['tamis_http_limited_total{limit="requests_per_address"}'], 3)
        service.local = LOCAL
        service.write_config(self.sources + USERS)
        service.reload()
        until(lambda: service.get("/", {"X-Forwarded-For": "203.0.113.7"}).status == 200, "no limit any more")

    def test_metrics_and_sources_are_for_the_client_and_not_for_the_proxy(self):
        path = "/tmp/tamis-test-%d.sock" % os.getpid()
        service = self.start()
        for page in ("/metrics", "/sources"):
            for client, want in ((None, 200), ("203.0.113.7", 403), ("127.0.0.1", 200), ("127.0.0.1, 203.0.113.7", 403),
                                 ("203.0.113.7, 127.0.0.1", 403), ("gibberish", 403), ("127.0.0.1, [::1]", 200)):
                self.assertEqual(self.statuses(service, page, 1, client), [want], (page, client))
        service.write_config(self.sources + 'metrics_networks: ["203.0.113.0/24", "127.0.0.0/8"]\n')
        service.reload()
        until(lambda: service.get("/metrics", {"X-Forwarded-For": "203.0.113.7"}).status == 200, "the new networks")
        service.stop()
        # over a socket there is no address but what a proxy says
        with open(service.config_path) as file:
            text = file.read()
        with open(service.config_path, "w") as file:
            file.write(text.replace('listen: "127.0.0.1:%d"' % service.port, 'listen: ["127.0.0.1:%d", "unix:%s"]' % (
                service.port, path)))
        service.start()

        def ask(client):
            connection = http.client.HTTPConnection("localhost")
            connection.sock = socket.socket(socket.AF_UNIX)
            connection.sock.connect(path)
            connection.request("GET", "/metrics", headers={"X-Forwarded-For": client} if client else {})
            status = connection.getresponse().status
            connection.close()
            return status
        self.assertEqual([ask(None), ask("198.51.100.1"), ask("203.0.113.7")], [200, 403, 200])


if __name__ == "__main__":
    unittest.main()
