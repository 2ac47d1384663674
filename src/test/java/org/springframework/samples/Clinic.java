package org.springframework.samples;

import io.masterlatch.guard.OnlyMaster;

/** A bean of an application in the package of Spring's samples. */
public class Clinic {

    /** Does the work of the master. */
    @OnlyMaster
    public void open() {}
}
