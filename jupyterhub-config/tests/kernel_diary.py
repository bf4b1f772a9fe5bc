# SPDX-License-Identifier: Apache-2.0
"""Java kernels of users' servers that ask for tokens, and write down what they got, never the token itself."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server_kernel import Server

_ASK = r"""
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.decisionlab.identity.tokens.source.*;
var http = java.net.http.HttpClient.newHttpClient();
class Nobody implements LoginPrompt {
    public Optional<String> refusal() { return Optional.of("nobody is asked here"); }
    public void show(java.net.URI address, java.net.URI direct, String code, Instant until) { throw new IllegalStateException("nobody is asked here"); }
    public void done(String outcome) {}
}
TokenSource source() {
    return StandardTokens.of(System.getenv(), Path.of(System.getProperty("java.io.tmpdir")), null, null, new Nobody(), Clock.systemUTC());
}
String part(String token, int number) { return new String(Base64.getUrlDecoder().decode(token.split("\\.")[number])); }
String found(String text, String pattern) {
    var match = java.util.regex.Pattern.compile(pattern).matcher(text);
    return match.find() ? match.group(1) : "";
}
String digest(String token) throws Exception {
    return HexFormat.of().formatHex(java.security.MessageDigest.getInstance("SHA-256").digest(token.getBytes()), 0, 8);
}
String asked(TokenSource source, TokenRequest request, String service) throws Exception {
    long begun = System.currentTimeMillis();
    try {
        String token = source.token(request).secret();
        long got = System.currentTimeMillis();
        String claims = part(token, 1);
        int status = 0;
        if (!service.isEmpty()) {
            var get = java.net.http.HttpRequest.newBuilder(java.net.URI.create(service)).header("Authorization", "Bearer " + token).timeout(Duration.ofSeconds(60)).build();
            status = http.send(get, java.net.http.HttpResponse.BodyHandlers.discarding()).statusCode();
        }
        return String.join("\t", "given", "" + begun, "" + got, found(claims, "\"iat\":(\\d+)"), found(claims, "\"exp\":(\\d+)"), found(part(token, 0), "\"kid\":\"([^\"]+)\""), digest(token), "" + status);
    } catch (TokenUnavailableException refused) {
        return String.join("\t", "refused", "" + begun, "" + System.currentTimeMillis(), refused.getMessage().replaceAll("\\s+", " "));
    }
}
void write(String file, String line) throws Exception {
    Files.writeString(Path.of(file), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
}
"""
_LOOP = r"""
var mine = source();
long end = System.nanoTime() + @LIMIT@L * 1_000_000_000L;
while (System.nanoTime() < end && !Files.exists(Path.of("@FILE@.end"))) {
    write("@FILE@", asked(mine, TokenRequest.of("@AUDIENCE@", List.of("wlcg.groups")), "@SERVICE@"));
    Thread.sleep(2_000);
}
write("@FILE@", "end\t" + System.currentTimeMillis() + "\t" + ProcessHandle.current().pid());
"""
_TOGETHER = r"""
long end = System.nanoTime() + @LIMIT@L * 1_000_000_000L;
for (int round = 1; round <= @ROUNDS@; round++) {
    while (!Files.exists(Path.of("@GO@-" + round)) && System.nanoTime() < end) { Thread.sleep(20); }
    var lines = Collections.synchronizedList(new ArrayList<String>());
    var threads = new ArrayList<Thread>();
    for (int i = 0; i < @THREADS@; i++) {
        String audience = "https://service" + i % 2 + ".example.org/" + round;
        threads.add(new Thread(() -> {
            try { lines.add(asked(source(), TokenRequest.of(audience, List.of("model.read")), "")); }
            catch (Exception failed) { lines.add("refused\t0\t0\t" + failed); }
        }));
    }
    threads.forEach(Thread::start);
    for (Thread thread : threads) { thread.join(); }
    write("@FILE@-" + round, String.join("\n", lines));
}
"""


@dataclass(frozen=True)
class Asked:
    """One line: a token that a kernel got, or why there was none. Times are seconds."""

    began: float
    ended: float
    refusal: str = ""
    issued: int = 0
    expires: int = 0
    key: str = ""
    digest: str = ""
    status: int = 0

    @property
    def left(self) -> float:
        """How long the token lived on when the kernel had it."""
        return self.expires - self.ended

    @staticmethod
    def of(line: str) -> Asked:
        kind, began, ended, *rest = line.split("\t")
        times = int(began) / 1000, int(ended) / 1000
        if kind == "refused":
            return Asked(*times, refusal=rest[0])
        issued, expires, key, digest, status = rest
        return Asked(*times, issued=int(issued), expires=int(expires), key=key, digest=digest, status=int(status))


@dataclass(frozen=True)
class Diary:
    """What one kernel writes down, asking every two seconds until it is told to stop."""

    path: Path

    def lines(self) -> list[Asked]:
        return [Asked.of(line) for line in self._text() if not line.startswith("end")]

    def since(self, moment: float) -> list[Asked]:
        """What was asked for after that moment."""
        return [line for line in self.lines() if line.began > moment]

    def stop(self) -> None:
        Path(f"{self.path}.end").touch()

    def process(self) -> int | None:
        """The number of the kernel's process, when it has stopped."""
        last = self._text()[-1:]
        return int(last[0].split("\t")[2]) if last and last[0].startswith("end") else None

    def _text(self) -> list[str]:
        whole = self.path.read_text() if self.path.exists() else ""
        return whole[: whole.rfind("\n") + 1].splitlines()


def keep_diary(server: Server, path: Path, limit: float, audience: str, service: str = "") -> Diary:
    """Starts a kernel that asks for tokens; where a service is named it is shown each of them."""
    server.kernel().begin(_ASK + _filled(_LOOP, FILE=path, LIMIT=int(limit), AUDIENCE=audience, SERVICE=service))
    return Diary(path)


def ask_together(server: Server, path: Path, go: Path, threads: int, rounds: int, limit: float) -> None:
    """Starts a kernel that asks in many threads at once when the file `go-ROUND` is there, each with a source of its own; answers are in `path-ROUND`."""
    server.kernel().begin(_ASK + _filled(_TOGETHER, FILE=path, GO=go, THREADS=threads, ROUNDS=rounds, LIMIT=int(limit)))


def answers(path: Path) -> list[Asked]:
    """What a kernel has written of one round; nothing before it is whole."""
    whole = path.read_text() if path.exists() else ""
    return [Asked.of(line) for line in whole.splitlines()] if whole.endswith("\n") else []


def claims(token: str) -> dict[str, Any]:
    """What a token says; nothing is verified."""
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _filled(code: str, **values: object) -> str:
    for name, value in values.items():
        code = code.replace(f"@{name}@", str(value))
    return code
