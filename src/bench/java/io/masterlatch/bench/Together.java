package io.masterlatch.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does the same to all peers at the same time: what is measured is mostly waiting. */
final class Together {

    private Together() {}

    /** What is done to one. */
    interface Deed<T> {

        void to(T one) throws Exception;
    }

    static <T> void forEach(List<T> all, Deed<T> deed) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, all.size()));
        try {
            List<Future<?>> futures = new ArrayList<>();
            for (T one : all) {
                futures.add(threads.submit(() -> {
                    deed.to(one);
                    return null;
                }));
            }
            for (Future<?> future : futures) {
                future.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }
}
