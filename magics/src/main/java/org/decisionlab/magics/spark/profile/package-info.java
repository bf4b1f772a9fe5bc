/** Named settings of Spark sessions, from files of the site and of the user. */
@NullMarked
package org.decisionlab.magics.spark.profile;

import org.jspecify.annotations.NullMarked;
