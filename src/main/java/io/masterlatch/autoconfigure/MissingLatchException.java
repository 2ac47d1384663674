package io.masterlatch.autoconfigure;

import io.masterlatch.latch.MasterLatch;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;

/** Thrown when a bean needs a {@link MasterLatch} and there is none. The report names the settings that create one. */
public final class MissingLatchException extends NoSuchBeanDefinitionException {

    private final String user;

    /**
     * Creates an exception.
     *
     * @param user what needs the latch, for example an annotation and its place
     */
    public MissingLatchException(String user) {
        super(MasterLatch.class, "required by " + user);
        this.user = user;
    }

    String user() {
        return user;
    }
}
