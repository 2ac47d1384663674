package io.masterlatch.autoconfigure;

import io.masterlatch.latch.MasterLatch;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;

/** Something needs a {@link MasterLatch}, and there is none. It is reported with what has to be set. */
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
