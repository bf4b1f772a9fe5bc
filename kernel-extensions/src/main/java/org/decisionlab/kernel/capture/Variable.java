// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.capture;

/**
 * A static field of a class of a cell whose value is more than code.
 *
 * @param key what it is known by: the name of a variable of the notebook, otherwise class and field
 * @param owner binary name of the class that declares it
 * @param name name of the field
 * @param descriptor type of the field
 * @param constant whether it is final
 */
record Variable(String key, String owner, String name, String descriptor, boolean constant) {}
