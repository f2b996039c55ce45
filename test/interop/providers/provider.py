# A provider of the API on Python's http.server, with that module's ways: HTML errors for methods, bare headers.
# Its kubeconfigs are made by the test, one for each cluster; POST is not offered.
import json
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

answers = json.load(sys.stdin)


class Provider(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        match = re.fullmatch(r"/api/v3/projects/([^/]*)/clusters/([^/]*)/clustercert", self.path.split("?")[0])
        if match is None:
            return self.fail(404, "CCE.01404001", "Resource not found.")
        if self.headers.get("X-Auth-Token") != answers["token"]:
            return self.fail(401, "CCE.01401001", "Authorization failed.")
        if match[1] != answers["project"]:
            return self.fail(403, "CCE.01403001", "Forbidden.")
        if re.fullmatch("[0-9a-f-]{36}", match[2]) is None:
            return self.fail(400, "CCE.01400001", "Invalid request.")
        if match[2] not in answers["kubeconfigs"]:
            return self.fail(404, "CCE.01404001", "Resource not found.")
        self.reply(200, json.dumps(answers["kubeconfigs"][match[2]]))

    def fail(self, status, code, message):
        self.reply(status, json.dumps({"errorCode": code, "errorMessage": message}))

    def reply(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


ThreadingHTTPServer.request_queue_size = 64
server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
print(server.server_port, flush=True)
server.serve_forever()
