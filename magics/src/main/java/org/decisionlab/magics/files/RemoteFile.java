// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.magics.files;

import java.time.Instant;
import java.util.List;
import org.decisionlab.kernel.display.NumberText;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.InstantColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What a storage system tells of a file or folder.
 *
 * @param name its name without the folders above it
 * @param folder whether it is a folder
 * @param size bytes; {@link #UNKNOWN} for a folder and where it is not told
 * @param modified when it was changed last, or null where that is not told
 */
public record RemoteFile(String name, boolean folder, long size, @Nullable Instant modified) {

  /** A size that is not told. */
  public static final long UNKNOWN = -1;

  /**
   * A table of files: name, kind, bytes, time.
   *
   * @param title its name
   * @param files its rows
   */
  public static Table table(String title, List<RemoteFile> files) {
    StringColumn name = StringColumn.create("name");
    StringColumn kind = StringColumn.create("kind");
    LongColumn size = LongColumn.create("bytes");
    InstantColumn modified = InstantColumn.create("modified");
    for (RemoteFile file : files) {
      name.append(file.name());
      kind.append(file.kind());
      if (file.size() < 0) {
        size.appendMissing();
      } else {
        size.append(file.size());
      }
      Instant time = file.modified();
      if (time == null) {
        modified.appendMissing();
      } else {
        modified.append(time);
      }
    }
    return Table.create(title, name, kind, size, modified);
  }

  /** What is known, in lines. */
  public String text() {
    return "kind      "
        + kind()
        + (size < 0 ? "" : "\nbytes     " + NumberText.count(size))
        + (modified == null ? "" : "\nmodified  " + modified);
  }

  private String kind() {
    return folder ? "folder" : "file";
  }
}
