// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.identity.broker;

/** Why there is no token. The description is for the user and holds no secret. */
final class BrokerProblem extends Exception {

  private static final long serialVersionUID = 1L;

  private static final long SOON_SECONDS = 2;

  private final int status;
  private final String error;
  private final long retryAfterSeconds;

  private BrokerProblem(int status, String error, String description, Throwable cause) {
    super(description, cause);
    this.status = status;
    this.error = error;
    this.retryAfterSeconds = SOON_SECONDS;
  }

  private BrokerProblem(int status, String error, String description, long retryAfterSeconds) {
    super(description);
    this.status = status;
    this.error = error;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  private BrokerProblem(int status, String error, String description) {
    this(status, error, description, SOON_SECONDS);
  }

  /** What was asked is not a question. */
  static BrokerProblem badRequest(String description) {
    return new BrokerProblem(400, "invalid_request", description);
  }

  /** The question did not come in time. */
  static BrokerProblem slow(String description) {
    return new BrokerProblem(408, "invalid_request", description);
  }

  /** Who asks is not known to the hub. */
  static BrokerProblem unknown(String description) {
    return new BrokerProblem(401, "invalid_token", description);
  }

  /** Who asks may not, or not that. */
  static BrokerProblem forbidden(String error, String description) {
    return new BrokerProblem(403, error, description);
  }

  /** The user has to log in again. */
  static BrokerProblem logIn(String description) {
    return new BrokerProblem(403, "login_required", description);
  }

  /** Somebody has to mend the settings. */
  static BrokerProblem setup(String description) {
    return new BrokerProblem(500, "server_error", description);
  }

  /** Later it may work. */
  static BrokerProblem later(String description, Throwable cause) {
    return new BrokerProblem(503, "temporarily_unavailable", description, cause);
  }

  /** Later it may work. */
  static BrokerProblem later(String description) {
    return new BrokerProblem(503, "temporarily_unavailable", description);
  }

  /** Who asks has asked for too much in a short time. */
  static BrokerProblem tooMany(String description, long retryAfterSeconds) {
    return new BrokerProblem(429, "too_many_requests", description, retryAfterSeconds);
  }

  int status() {
    return status;
  }

  String error() {
    return error;
  }

  String description() {
    return String.valueOf(getMessage());
  }

  /** Whether the same question may be answered later. */
  boolean isTemporary() {
    return status == 503 || status == 429;
  }

  /** After how many seconds it is worth to ask again, where it is temporary. */
  long retryAfterSeconds() {
    return retryAfterSeconds;
  }
}
