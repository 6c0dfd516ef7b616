/**
 * Below glibc's largest threshold (32 MiB, DEFAULT_MMAP_THRESHOLD_MAX in malloc.c). A block of this size is mapped by
 * itself and, as nobody writes into it, takes address space only.
 */
const BLOCK_BYTES = 31 * 1024 * 1024;

/**
 * Makes glibc keep the memory of socket reads. Node takes 64 KiB for each read and frees it with the next garbage
 * collection; glibc then gives the top of its heap back to the kernel, and every read of a large body faults all its
 * pages in anew: at 1 MB that cost 4 ms of CPU a message where 0.5 ms is needed. Freeing one large mapped block raises
 * the bound above which the heap is trimmed to twice its size (mallopt(3), M_MMAP_THRESHOLD: the dynamic adjustment).
 * Other C libraries do not mind.
 */
export function keepReadMemory(): void {
  Buffer.allocUnsafeSlow(BLOCK_BYTES);
}
