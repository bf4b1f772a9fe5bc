// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.decisionlab.sidecar.Client.Part;
import org.decisionlab.sidecar.Client.Reply;
import org.decisionlab.sidecar.fault.RefusedException;
import org.decisionlab.sidecar.wire.ImagePixels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures as models take them. */
class ImageTest {

  private static BufferedImage colours() {
    BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0xff0000);
    image.setRGB(1, 0, 0x00ff00);
    image.setRGB(2, 0, 0x0000ff);
    image.setRGB(0, 1, 0x102030);
    image.setRGB(1, 1, 0xffffff);
    return image;
  }

  @Test
  void greyLevelsAreThoseOfTheFile() {
    ImagePixels pixels = ImagePixels.decode(Pictures.grey28(), 1);
    for (int i = 0; i < pixels.values().length; i++) {
      assertThat(pixels.values()[i])
          .isEqualTo(Pictures.level(i % Pictures.SIDE, i / Pictures.SIDE));
    }
    ImagePixels repeated = ImagePixels.decode(Pictures.grey28(), 3);
    assertThat(repeated.values()[3]).isEqualTo(Pictures.level(1, 0));
    assertThat(repeated.values()[5]).isEqualTo(Pictures.level(1, 0));
  }

  @Test
  void coloursAreInTheOrderRedGreenBlueOpacity() {
    byte[] picture = Pictures.encoded(colours(), "png");
    assertThat(Arrays.copyOf(ImagePixels.decode(picture, 3).values(), 12))
        .containsExactly(255, 0, 0, 0, 255, 0, 0, 0, 255, 16, 32, 48);
    assertThat(Arrays.copyOf(ImagePixels.decode(picture, 4).values(), 4))
        .containsExactly(255, 0, 0, 255);
    assertThat(Arrays.copyOf(ImagePixels.decode(picture, 1).values(), 3))
        .containsExactly(76, 150, 29);
    assertThat(ImagePixels.decode(Pictures.encoded(colours(), "jpeg"), 3).width()).isEqualTo(3);
  }

  @Test
  void whatIsNoPictureIsRefused() {
    byte[] picture = Pictures.grey28();
    assertThatThrownBy(() -> ImagePixels.decode("nonsense".getBytes(StandardCharsets.UTF_8), 1))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("Invalid image");
    assertThatThrownBy(() -> ImagePixels.decode(Arrays.copyOf(picture, 60), 1))
        .isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> ImagePixels.decode(picture, 0))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("image channels is zero");
    assertThatThrownBy(() -> ImagePixels.decode(Pictures.encoded(colours(), "bmp"), 3))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("neither PNG nor JPEG");
    // A head that claims 65,535 x 65,535 pixels.
    byte[] huge = picture.clone();
    huge[18] = huge[19] = huge[22] = huge[23] = (byte) 0xff;
    assertThatThrownBy(() -> ImagePixels.decode(huge, 1)).isInstanceOf(RefusedException.class);
  }

  @Test
  void mistakesAreAnswered(@TempDir Path directory) throws Exception {
    try (LocalSidecar sidecar = LocalSidecar.start(directory.resolve("models"))) {
      Client client = sidecar.client();
      client.form("POST", "/upload", Fixtures.f1Form("f1"));
      client.form("POST", "/upload", Pictures.frozenForm("img"));
      refused(client.form("POST", "/image", Pictures.form(Pictures.grey28(), "f1")), "zero");
      refused(client.form("POST", "/image", Map.of("image", Part.file("a", new byte[1]))), "model");
      refused(client.post("/image", "nothing"), "'model'");
      byte[] small = Pictures.encoded(colours(), "png");
      refused(client.form("POST", "/image", Pictures.form(small, "img")), "takes 784");
      refused(client.form("POST", "/image", Pictures.form(new byte[9], "img")), "Invalid image");
    }
  }

  private static void refused(Reply reply, String reason) {
    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().path("error").asText()).contains(reason);
  }
}
