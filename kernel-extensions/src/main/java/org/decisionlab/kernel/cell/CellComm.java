// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.kernel.cell;

import org.dflib.jjava.jupyter.kernel.comm.Comm;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;

/**
 * A comm whose messages may run code of cells: they are handled on the cell thread, between cells,
 * and can be interrupted as a cell can. Messages of other comms are handled as they come.
 */
public abstract class CellComm extends Comm {

  /**
   * A comm that is to be opened by {@link KernelScope#openComm}.
   *
   * @param manager the comms of the kernel
   * @param id unique id
   * @param target what is to answer in the front end
   */
  protected CellComm(CommManager manager, String id, String target) {
    super(manager, id, target);
  }
}
