// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.hadoop;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.web.SWebHdfsFileSystem;
import org.apache.hadoop.hdfs.web.WebHdfsFileSystem;
import org.apache.hadoop.hdfs.web.oauth2.AccessTokenProvider;

/**
 * Settings with which Hadoop's client of WebHDFS shows a token. The token is no setting: it is
 * reached through this object, so that no copy and no print of the settings holds it.
 *
 * @see <a
 *     href="https://hadoop.apache.org/docs/r3.4.2/hadoop-project-dist/hadoop-hdfs/WebHDFS.html#OAuth2">WebHDFS,
 *     OAuth2</a>
 */
final class TokenSettings extends Configuration {

  private final ShownToken token;

  TokenSettings(Configuration settings, ShownToken token) {
    super(settings);
    this.token = token;
    setBoolean("dfs.webhdfs.oauth2.enabled", true);
    setClass("dfs.webhdfs.oauth2.access.token.provider", Provider.class, AccessTokenProvider.class);
    setClass("fs.webhdfs.impl", Plain.class, WebHdfsFileSystem.class);
    setClass("fs.swebhdfs.impl", Secured.class, WebHdfsFileSystem.class);
  }

  private static ShownToken token(Configuration settings) {
    if (settings instanceof TokenSettings of) {
      return of.token;
    }
    throw new IllegalStateException(
        "this is for a file system that a kernel has opened; settings name another provider");
  }

  /** What Hadoop asks for a token before each connection. */
  static final class Provider extends AccessTokenProvider {

    @Override
    public String getAccessToken() throws IOException {
      return token(getConf()).secret();
    }
  }

  /**
   * WebHDFS that tells which connections go to the server itself: Hadoop asks for the scheme when
   * it makes the address of a request to it, and takes that of another server from its answer. When
   * it has opened a file it has made one address more than it has asked.
   */
  static final class Plain extends WebHdfsFileSystem {

    @Override
    protected String getTransportScheme() {
      token(getConf()).toNamedServer(true);
      return super.getTransportScheme();
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
      try {
        return super.open(file, bufferSize);
      } finally {
        token(getConf()).toNamedServer(false);
      }
    }
  }

  /** The same over TLS. */
  static final class Secured extends SWebHdfsFileSystem {

    @Override
    protected String getTransportScheme() {
      token(getConf()).toNamedServer(true);
      return super.getTransportScheme();
    }

    @Override
    public FSDataInputStream open(Path file, int bufferSize) throws IOException {
      try {
        return super.open(file, bufferSize);
      } finally {
        token(getConf()).toNamedServer(false);
      }
    }
  }
}
