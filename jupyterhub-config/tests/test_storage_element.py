# SPDX-License-Identifier: Apache-2.0
"""The storage element of the search for leaks refuses what a real one does, else the search would show less than it says."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from storage_element import AHEAD_SECONDS, WORDS, StorageElement

KEY, OTHER = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


class Keys(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = json.dumps({"keys": [{**json.loads(ECAlgorithm.to_jwk(KEY.public_key())), "kid": "k", "alg": "ES256"}]}).encode()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def element():
    issuer = HTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=issuer.serve_forever)
    thread.start()
    with StorageElement.running(f"http://127.0.0.1:{issuer.server_address[1]}") as element:
        yield element
    issuer.shutdown()
    thread.join()
    issuer.server_close()


def token(element: StorageElement, key: ec.EllipticCurvePrivateKey = KEY, **claims: object) -> str:
    return jwt.encode({"aud": element.audience, "exp": time.time() + 600, **claims}, key, "ES256", {"kid": "k"})


def get(element: StorageElement, path: str, shown: str = "", **headers: str) -> requests.Response:
    session = requests.Session()
    session.trust_env = False
    return session.get(element.address + path, headers={**({"Authorization": f"Bearer {shown}"} if shown else {}), **headers}, timeout=60)


def test_a_token_of_the_issuer_for_this_element_opens_the_store(element: StorageElement):
    right = token(element)
    assert get(element, "/store/runs.csv", right).content == WORDS
    part = get(element, "/store/runs.csv", right, Range="bytes=4-9")
    assert part.status_code == 206 and part.content == WORDS[4:10]
    assert right in element.tokens


def test_others_are_refused_with_words_that_repeat_the_token(element: StorageElement):
    assert get(element, "/store/runs.csv").status_code == 401
    wrong = {"for another": token(element, aud="https://other"), "of another": token(element, OTHER), "ended": token(element, exp=time.time() - 1), "endless": jwt.encode({"aud": element.audience}, KEY, "ES256", {"kid": "k"}), "no token": "words"}
    for kind, shown in wrong.items():
        refused = get(element, "/store/runs.csv", shown)
        assert refused.status_code == 401 and shown in refused.text and shown in refused.headers["WWW-Authenticate"], kind


def test_parts_of_the_store_are_closed_or_ahead_in_time(element: StorageElement):
    right = token(element)
    assert get(element, "/store/closed/runs.csv", right).status_code == 403
    late = get(element, "/store/late/runs.csv", right)
    assert late.status_code == 401 and "has expired" in late.text
    assert get(element, "/store/late/runs.csv", token(element, exp=time.time() + 2 * AHEAD_SECONDS)).status_code == 200


def test_readers_are_sent_on_with_a_ticket_and_come_nowhere_without(element: StorageElement):
    assert get(element, "/store/far.csv", token(element)).content == WORDS
    assert get(element, "/webhdfs/v1/runs.csv?op=OPEN").content == WORDS
    assert len(element.tickets) == 2
    assert get(element, f"/pool/store/far.csv?authz={element.tickets[0]}").content == WORDS
    assert get(element, "/pool/store/far.csv?authz=guessed").status_code == 403
    assert element.astray == []
    assert get(element, f"/pool/store/far.csv?authz={element.tickets[0]}", "token").status_code == 200 and element.astray == ["/pool/store/far.csv"]
    gone = get(element, "/webhdfs/v1/runs-gone.csv?op=OPEN")
    assert gone.status_code == 403 and element.tickets[-1] in gone.json()["RemoteException"]["message"]
