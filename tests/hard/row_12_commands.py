"""A broken file on disk fails no health check while the service serves, and commands say what came of them."""
import subprocess

from origin import Answer, Origin
from service import PROGRAM, Service, until

CONFIG = """
sources:
  papers: {url: "%(url)s/", every: 1h}
  gone: {url: "%(url)s/gone", every: 1h}
users: {ana: {feeds: {vision: {sources: [papers], match: vision}}}}
"""


def play():
    pages = {"/": Answer(200, "<rss version='2.0'><channel><title>x</title><item><guid>1</guid><title>vision</title></item>"
                              "<item><guid>2</guid><title>agents</title></item></channel></rss>",
                         {"Content-Type": "application/rss+xml"})}
    origin = Origin(lambda request: pages.get(request.target, Answer(404, "gone")))
    try:
        with Service(CONFIG % {"url": origin.url}) as service:
            return judge(service, origin, CONFIG % {"url": origin.url})
    finally:
        origin.close()


def judge(service, origin, config):
    asked = lambda target: sum(1 for request in origin.asked() if request.target == target)
    served = lambda: service.get(address).status == 200
    wrong = []

    def expect(what, holds):
        if not holds:
            wrong.append(what)

    service.write_config(config)
    service.run("reload")
    address = service.addresses()["ana/vision"]

    # a broken file: health goes on, and says so
    service.write_config(config + "users:\n\tana: {}\n")
    before = service.run("health")
    reload = service.run("reload")
    after = service.run("health")
    expect("health before a reload", before.returncode == 0 and "would be refused" in before.stderr)
    expect("a refused reload", reload.returncode == 1 and "tamis.yaml:" in reload.stderr)
    expect("health after it", after.returncode == 0 and "was refused at" in after.stderr)
    expect("/sources and the page", all("was refused at" in service.get(path).text for path in ("/sources", "/")))
    expect("feeds", served() and service.addresses()["ana/vision"] == address)

    # a right one: what it changes
    service.write_config(config.replace("match: vision", "match: vision OR agents"))
    reload = service.run("reload")
    expect("a reload's answer", reload.returncode == 0 and "1 stay and 0 leave, 1 come" in reload.stdout)
    expect("nothing to warn of", service.run("health").stderr == "" and served())

    # sources: what is ill is asked when it is asked for, an unknown one is named
    service.set_clock(service.now + 60)
    service.settle()
    ill, well = asked("/gone"), asked("/")
    expect("refresh", service.run("refresh").returncode == 0)
    until(lambda: asked("/gone") > ill, "asked again")
    service.settle()
    expect("only what is ill", asked("/") == well)
    unknown = service.run("refresh", "papres")
    expect("an unknown source", unknown.returncode == 1 and '"papres"' in unknown.stderr)
    second = subprocess.run([PROGRAM, "serve", "-c", service.config_path], capture_output=True, text=True, timeout=60)
    expect("a second service", second.returncode == 3 and "process %d" % service.process.pid in second.stderr)
    return "%d of 10 short%s" % (len(wrong), ": " + ", ".join(wrong) if wrong else ""), not wrong
