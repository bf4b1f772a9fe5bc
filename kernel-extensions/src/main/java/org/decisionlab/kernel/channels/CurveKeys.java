// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.channels;

import org.zeromq.ZMQ;

/**
 * The CurveZMQ key pair of a kernel, as {@code jupyter_client} 8.10 writes it into the connection
 * file: the kernel is the server of every socket, clients know its public key.
 *
 * @param publicKey 40 characters of Z85
 * @param secretKey 40 characters of Z85
 */
public record CurveKeys(String publicKey, String secretKey) {

  /**
   * @throws IllegalArgumentException if one of them is no key; the message does not show it
   */
  public CurveKeys {
    check("curve_publickey", publicKey);
    check("curve_secretkey", secretKey);
  }

  /** Makes a socket that is not bound yet a server that answers only who knows the public key. */
  void protect(ZMQ.Socket socket) {
    socket.setCurveServer(true);
    socket.setCurvePublicKey(ZMQ.Curve.z85Decode(publicKey));
    socket.setCurveSecretKey(ZMQ.Curve.z85Decode(secretKey));
  }

  @Override
  public String toString() {
    return "CurveKeys[" + publicKey + "]";
  }

  private static void check(String name, String key) {
    boolean valid = key.length() == ZMQ.Curve.KEY_SIZE_Z85;
    for (int i = 0; valid && i < key.length(); i++) {
      valid = key.charAt(i) > ' ' && key.charAt(i) < 127;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          name + " must be a CurveZMQ key of " + ZMQ.Curve.KEY_SIZE_Z85 + " characters of Z85");
    }
  }
}
