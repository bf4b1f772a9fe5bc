// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.MutableCallSite;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.decisionlab.kernel.capture.MethodFacts.Member;
import org.decisionlab.kernel.capture.runtime.CellVariableException;
import org.decisionlab.kernel.capture.runtime.MethodSite;
import org.jspecify.annotations.Nullable;

/**
 * The methods of the notebook as they are now. Code that was compiled against an earlier
 * declaration calls the present one. Classes are held weakly.
 */
final class LiveMethods {

  private final Map<String, WeakReference<Class<?>>> holders = new HashMap<>();
  private final Map<String, List<WeakReference<Site>>> sites = new HashMap<>();

  /** A class with methods of the notebook has been loaded. */
  synchronized void loaded(Class<?> type, List<Member> methods) {
    List<MutableCallSite> changed = new ArrayList<>();
    for (Member each : methods) {
      holders.put(each.signature(), new WeakReference<>(type));
      for (WeakReference<Site> known : sites.getOrDefault(each.signature(), List.of())) {
        Site site = known.get();
        if (site != null) {
          site.link(type);
          changed.add(site);
        }
      }
    }
    MutableCallSite.syncAll(changed.toArray(MutableCallSite[]::new));
  }

  /** A handle that calls what the method of a site is now. */
  synchronized MethodHandle handle(MethodSite method) {
    Member member =
        new Member(method.owner(), method.name(), method.type().toMethodDescriptorString());
    Site site = new Site(method);
    WeakReference<Class<?>> holder = holders.get(member.signature());
    site.link(holder == null ? null : holder.get());
    List<WeakReference<Site>> known =
        sites.computeIfAbsent(member.signature(), key -> new ArrayList<>());
    known.removeIf(each -> each.get() == null);
    known.add(new WeakReference<>(site));
    return site.dynamicInvoker();
  }

  /** One place in the byte code. */
  private static final class Site extends MutableCallSite {

    private static final MethodHandle CHANGED = changed();

    private final MethodSite method;

    Site(MethodSite method) {
      super(method.type());
      this.method = method;
    }

    void link(@Nullable Class<?> current) {
      try {
        setTarget(current == null ? method.own() : method.in(current));
      } catch (NoSuchMethodException e) {
        setTarget(refusal());
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot link " + method, e);
      }
    }

    private MethodHandle refusal() {
      MethodHandle thrower =
          MethodHandles.throwException(method.type().returnType(), CellVariableException.class);
      return MethodHandles.dropArguments(
          MethodHandles.foldArguments(
              thrower, MethodHandles.insertArguments(CHANGED, 0, method.name())),
          0,
          method.type().parameterList());
    }

    private static MethodHandle changed() {
      try {
        return MethodHandles.lookup()
            .findStatic(
                MethodSite.class,
                "changed",
                MethodType.methodType(CellVariableException.class, String.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
