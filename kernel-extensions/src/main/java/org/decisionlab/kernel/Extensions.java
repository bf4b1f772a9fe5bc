// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.decisionlab.kernel.magic.KernelMagics;
import org.dflib.jjava.jupyter.Extension;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The extensions of a kernel: services of type {@link Extension}, each class installed once. One
 * that fails to install is reported and left out.
 */
final class Extensions {

  private static final Logger LOG = LoggerFactory.getLogger(Extensions.class);

  private final BaseKernel kernel;
  private final KernelMagics magics;
  private final Map<String, Extension> installed = new LinkedHashMap<>();

  Extensions(BaseKernel kernel, KernelMagics magics) {
    this.kernel = kernel;
    this.magics = magics;
  }

  /**
   * Installs what a loader finds and what is not installed yet.
   *
   * @return what could not be installed, a sentence each
   */
  synchronized List<String> installFrom(ClassLoader loader) {
    List<String> problems = new ArrayList<>();
    Iterator<ServiceLoader.Provider<Extension>> found =
        ServiceLoader.load(Extension.class, loader).stream().iterator();
    while (hasNext(found, problems)) {
      try {
        ServiceLoader.Provider<Extension> provider = found.next();
        if (!installed.containsKey(provider.type().getName())) {
          install(provider.get());
        }
      } catch (RuntimeException | LinkageError | ServiceConfigurationError e) {
        LOG.error("an extension could not be installed", e);
        problems.add("an extension could not be installed: " + e);
      }
    }
    return problems;
  }

  private void install(Extension extension) {
    String name = extension.getClass().getName();
    try {
      magics.installing(name, () -> extension.install(kernel));
      installed.put(name, extension);
    } finally {
      if (!installed.containsKey(name)) {
        magics.removeAllOf(name);
      }
    }
  }

  /** Uninstalls all, the last one first. */
  synchronized void uninstallAll() {
    List<Extension> reverse = new ArrayList<>(installed.values());
    Collections.reverse(reverse);
    installed.clear();
    for (Extension extension : reverse) {
      magics.removeAllOf(extension.getClass().getName());
      try {
        extension.uninstall(kernel);
      } catch (RuntimeException | LinkageError e) {
        LOG.warn("{} could not be uninstalled", extension.getClass().getName(), e);
      }
    }
  }

  private static boolean hasNext(
      Iterator<ServiceLoader.Provider<Extension>> found, List<String> problems) {
    try {
      return found.hasNext();
    } catch (ServiceConfigurationError e) {
      LOG.error("a service file of an extension cannot be read", e);
      problems.add("a service file of an extension cannot be read: " + e.getMessage());
      return hasNext(found, problems);
    }
  }
}
