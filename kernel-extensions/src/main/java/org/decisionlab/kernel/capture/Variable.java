// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

/**
 * A field of a class of a cell whose value is more than code: a static one, or one of the constants
 * of an enum, which every JVM makes for itself.
 *
 * @param key what it is known by: the name of a variable of the notebook, otherwise class and field
 * @param owner binary name of the class that declares it
 * @param name name of the field
 * @param descriptor type of the field
 * @param constant whether it is final
 * @param ofConstants whether each constant of the enum {@code owner} has one; the value is then a
 *     map by the names of the constants
 */
record Variable(
    String key,
    String owner,
    String name,
    String descriptor,
    boolean constant,
    boolean ofConstants) {}
