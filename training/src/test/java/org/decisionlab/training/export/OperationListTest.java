// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.internal.NDArrayEx;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every array operation of DJL is exported, or refused with a reason; the docs list both. */
class OperationListTest {

  private static final String BEGIN = "<!-- operations -->\n";
  private static final String END = "<!-- end of operations -->\n";

  /**
   * What DJL itself puts together of operations that are exported, covered by the tests of those.
   */
  private static final List<String> COMPOSED =
      List.of(
          "argSort()",
          "argSort(int)",
          "broadcast(long[])",
          "concat(NDArray)",
          "concat(NDArray,int)",
          "concat(NDList)",
          "countNonzero(int)",
          "get(String,Object[])",
          "get(long[])",
          "get(NDManager,long[])",
          "like()",
          "max(int[])",
          "mean(int[])",
          "min(int[])",
          "mish()",
          "norm(int[])",
          "norm(int[],boolean)",
          "normalize()",
          "normalize(double,long)",
          "onesLike()",
          "prod(int[])",
          "rdiv(NDArray)",
          "reshape(long[])",
          "rmod(NDArray)",
          "rmod(Number)",
          "rpow(Number)",
          "rsub(NDArray)",
          "split(long)",
          "split(long[])",
          "squeeze()",
          "squeeze(int)",
          "stack(NDArray)",
          "stack(NDArray,int)",
          "stack(NDList)",
          "sum(int[])",
          "swish(float)",
          "topK(int,int)",
          "zerosLike()");

  private static Stream<Method> operations() {
    return Stream.of(NDArray.class, NDArrayEx.class)
        .flatMap(type -> Stream.of(type.getMethods()))
        .filter(
            method ->
                method.getReturnType() == NDArray.class || method.getReturnType() == NDList.class)
        .filter(method -> !method.getName().equals("getArray"));
  }

  @Test
  void everyOperationIsExportedOrRefusedWithAReason() {
    List<String> open = new ArrayList<>();
    TreeSet<String> all = new TreeSet<>();
    operations()
        .forEach(
            method -> {
              String signature = Operators.signature(method);
              all.add(signature);
              boolean exported = Operators.find(method) != null || COMPOSED.contains(signature);
              boolean refused = Refusals.of(signature) != null;
              if (exported == refused) {
                open.add(signature + (exported ? " is both" : " is neither"));
              }
            });
    assertThat(open).isEmpty();
    assertThat(all).containsAll(COMPOSED);
    for (String refused : Refusals.all().keySet()) {
      assertThat(all)
          .as(refused)
          .anyMatch(each -> each.equals(refused) || each.startsWith(refused + "("));
    }
  }

  @Test
  void theDocsListThem() throws Exception {
    Path page = Path.of("../docs/training.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    assertThat(begin).as("%s has the line %s", page, BEGIN).isPositive();
    assertThat(text.substring(begin + BEGIN.length(), end)).isEqualTo(list());
  }

  /** What the docs must have, made of the lists themselves. */
  private static String list() {
    TreeSet<String> exported = new TreeSet<>();
    operations()
        .filter(
            method ->
                Operators.find(method) != null || COMPOSED.contains(Operators.signature(method)))
        .forEach(method -> exported.add(method.getName()));
    Map<String, SortedSet<String>> reasons = new TreeMap<>();
    Refusals.all()
        .forEach(
            (name, reason) -> reasons.computeIfAbsent(reason, any -> new TreeSet<>()).add(name));
    StringBuilder list = new StringBuilder();
    list.append("Exported: ").append(code(exported)).append(".\n\nRefused:\n\n");
    list.append("| because | operations |\n| --- | --- |\n");
    reasons.forEach(
        (reason, names) ->
            list.append("| ").append(reason).append(" | ").append(code(names)).append(" |\n"));
    return list.toString();
  }

  private static String code(SortedSet<String> names) {
    return "`" + String.join("`, `", names) + "`";
  }
}
