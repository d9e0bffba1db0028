#!/usr/bin/python3
"""An upstream for the bench: upstream.py FOLDER FIRST. Lists FIRST papers of FOLDER/papers.json in arXiv's form, and,
once FOLDER/go is there, 84 more at each poll that comes at least two seconds after the last change; prints "sent WHEN" (monotonic seconds) when the
last byte of a changed list has left. Prints its port first."""
import http.server
import json
import os
import sys
import time

from papers_data import atom

BATCH, PAUSE_S, LISTED = 84, 2.0, 84


def main(folder, first):
    with open(os.path.join(folder, "papers.json"), encoding="utf8") as file:
        papers = json.load(file)
    state = {"count": first, "changed": time.monotonic(), "first": True}

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            now, moved = time.monotonic(), False
            going = os.path.exists(os.path.join(folder, "go"))
            if going and now > state["changed"] + PAUSE_S and state["count"] + BATCH <= len(papers):
                state["count"] += BATCH
                state["changed"], moved = now, True
            listed = first if state["first"] else LISTED
            state["first"] = False
            # the newest first, as upstreams list them; the first list is the whole window
            body = atom(papers[max(state["count"] - listed, 0):state["count"]][::-1], int(time.time())).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/atom+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()
            if moved:
                print("sent %.6f" % time.monotonic(), flush=True)

        def log_message(self, *arguments):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print("port %d" % server.server_address[1], flush=True)
    server.serve_forever()


main(sys.argv[1], int(sys.argv[2]))
